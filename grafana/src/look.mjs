// SPDX-License-Identifier: Apache-2.0
// Colours, thresholds and words. Green is good news, blue is information, amber is worth a look; there is no red, and a
// colour never says what no word or number says. Each pair is told apart with any colour vision.

export const green = '#28a745';
export const blue = '#007bff';
export const amber = '#ffc107';
/** Amber as a line or as text: readable on white and on black. */
export const deepAmber = '#b8860b';
export const lightBlue = '#66b0ff';
export const lightGreen = '#8fd19e';
export const grey = '#868e96';

/** Says what absence means; 0 would be a number that nobody measured. */
export const notKnown = 'not known yet';

export const fixed = (colour) => ({ mode: 'fixed', fixedColor: colour });
/** Colour by thresholds: [from, colour] pairs, the first from -infinity. */
export const steps = (...pairs) => ({
  mode: 'absolute',
  steps: pairs.map(([value, color]) => ({ value, color })),
});

const matching = (id) => (options, properties) => ({
  matcher: { id, options },
  properties: Object.entries(properties).map(([property, value]) => ({ id: property, value })),
});
/** Properties of one series or column, by the name that its legend gives it. */
export const named = matching('byName');
export const alike = matching('byRegexp');
export const byRefId = matching('byFrameRefID');

/** Numbers to words: {0: ['closed', green], …}. */
export const words = (map) => [
  {
    type: 'value',
    options: Object.fromEntries(Object.entries(map).map(([value, [text, color]], index) => [value, { text, color, index }])),
  },
];

export const weekdays = words({
  1: ['Mon'], 2: ['Tue'], 3: ['Wed'], 4: ['Thu'], 5: ['Fri'], 6: ['Sat'], 7: ['Sun'],
});

/** Hours as clocks show them. */
export const oClock = words(Object.fromEntries(Array.from({ length: 24 }, (_, hour) => [hour, [`${String(hour).padStart(2, '0')}:00`]])));

/** What alerts are called where people read them; the messages themselves say it in full. */
export const messageNames = {
  TodayNearlyUsed: 'Today nearly used', TodayUsed: 'Today used', CycleThreshold: 'Check-in', CapLikely: 'May not last',
  CapVeryLikely: 'Will hardly last', FastUse: 'Runs fast', FastUseUrgent: 'Lasts hours', DataGone: 'Used up',
  PlanExpiring: 'Ends soon', PlanRenewed: 'Renewed', PlanToppedUp: 'Topped up', GoodTimeForADownload: 'Good evening for updates',
  MorningStatus: 'Morning', WeeklySummary: 'Week', MonthlyReport: 'Month', UnusualUse: 'More than usual',
  LineUnreachable: 'Line does not answer', CredentialsRejected: 'Credentials refused', MeterFrozen: 'Meter stands still',
  ContractChanged: 'Line answers differently', ReadingsStale: 'Readings are old', RateLimited: 'Asked to come less often',
  BreakerOpen: 'Line asked only now and then', CredentialsOld: 'Passcode is old', StoreFailing: 'Store cannot save',
  FailedLogins: 'Logins failed', GrafanaFailedLogins: 'Logins to Grafana failed',
  MemoryHigh: 'Memory high', ProcessorHigh: 'Processor busy', DiskFilling: 'Disk filling',
  BackupOld: 'Backup is old', TargetDown: 'A part does not answer', NotificationsFailing: 'Messages not delivered', RulesFailing: 'Rules fail',
  ClockDoubtful: 'Clock doubtful', ConfigRejected: 'Configuration not taken',
};
export const messageWords = words(Object.fromEntries(Object.entries(messageNames).map(([alert, text]) => [alert, [text]])));
