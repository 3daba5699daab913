# SPDX-License-Identifier: Apache-2.0
"""Twelve months of three households, as the exporter and its neighbours would have served them: the same for the same end.

Every value follows from one hourly use with the habits of a family (evenings, weekends, some freak days), so that what
panels put side by side belongs together. Forecasts are plain: the mean of four weeks with a normal band.
"""
import array
import datetime
import math
import random
import statistics

HOUR, DAY = 3600, 86400
AHEAD = 3 * HOUR  # Africa/Nairobi, without summer time
PAST, MONTH, FINE = 366 * DAY, 36 * DAY, 2 * DAY
# Prometheus looks back five minutes: what is asked about any moment of the month needs a sample as often as that.
YEAR_STEP, MONTH_STEP, FINE_STEP = 600, 300, 120
# name: (plan, bytes of a usual day, first day of the cycle, seed)
HOUSEHOLDS = {"home": (1000e9, 30e9, 1, 7), "cottage": (300e9, 10.2e9, 12, 11), "clinic": (2000e9, 41e9, 20, 23)}
EVENING = [0.5, 0.3, 0.2, 0.2, 0.2, 0.3, 0.6, 0.8, 0.8, 0.8, 0.8, 0.9, 1.0, 1.0, 0.9, 1.0, 1.1, 1.4, 1.8, 2.3, 2.6, 2.4, 1.8, 1.0]
WEEKDAY = [0.9, 0.85, 0.9, 0.95, 1.1, 1.25, 1.2]  # from Monday


class Household:
    def __init__(self, name, end):
        self.name = name
        self.plan, typical, self.first_day, seed = HOUSEHOLDS[name]
        chance = random.Random(seed)
        self.begin = (end - PAST - 70 * DAY) // DAY * DAY - AHEAD
        self.total = [0.0]
        for hour in range((end - self.begin) // HOUR + 48):
            local = self.begin + AHEAD + hour * HOUR
            of_day, weekday = local % DAY // HOUR, (local // DAY + 3) % 7
            if of_day == 0:
                day_factor = chance.lognormvariate(0, 0.2) * (2.2 if chance.random() < 0.02 else 1)
                season = 1 + 0.12 * math.sin(local / (90 * DAY))
            use = typical / 24 * EVENING[of_day] * WEEKDAY[weekday] * day_factor * season * chance.lognormvariate(-0.03, 0.25)
            self.total.append(self.total[-1] + use)

    def until(self, moment):
        """Bytes used from the beginning until the last reading before `moment`; the line is read every 10 minutes."""
        hours = (moment - self.begin) // 600 * 600 / HOUR
        whole = int(hours)
        return self.total[whole] + (hours - whole) * (self.total[whole + 1] - self.total[whole])

    def cycle(self, moment):
        """Begin and end of the cycle of this moment."""
        local = datetime.datetime.fromtimestamp(moment + AHEAD, datetime.timezone.utc)
        months = local.year * 12 + local.month - 1 - (local.day < self.first_day)
        return tuple(int(datetime.datetime(m // 12, m % 12 + 1, self.first_day, tzinfo=datetime.timezone.utc).timestamp()) - AHEAD
                     for m in (months, months + 1))

    def day(self, moment, back=0):
        begin = (moment + AHEAD) // DAY * DAY - AHEAD - back * DAY
        return begin, begin + DAY

    def day_use(self, moment, back):
        begin, end = self.day(moment, back)
        return self.until(end) - self.until(begin)

    def budget(self, moment, back=0):
        midnight = self.day(moment, back)[0]
        begin, end = self.cycle(midnight)
        return max(self.plan - (self.until(midnight) - self.until(begin)), 0) / max((end - midnight) / DAY, 1)

    def rate(self, moment):
        """Bytes a day, of the last 28 days."""
        today = self.day(moment)[0]
        return (self.until(today) - self.until(today - 28 * DAY)) / 28

    def long(self, moment):
        """What panels show over twelve months."""
        begin, end = self.cycle(moment)
        last_begin, _ = self.cycle(begin - 1)
        used, left_days, rate = self.until(moment) - self.until(begin), (end - moment) / DAY, self.rate(moment)
        middle, spread = used + rate * left_days, 0.3 * rate * math.sqrt(left_days) + 0.05 * rate * left_days + 1
        yield "taara_used_bytes", "", used
        yield "taara_allocation_bytes", "", self.plan
        yield "taara_usage_bytes_total", "", self.until(moment)
        yield "taara_cycle_start_timestamp_seconds", "", begin
        yield "taara_cycle_end_timestamp_seconds", "", end
        yield "taara_last_cycle_start_timestamp_seconds", "", last_begin
        yield "taara_last_cycle_used_bytes", "", self.until(begin) - self.until(last_begin)
        yield "taara_day_start_timestamp_seconds", "", self.day(moment)[0]
        for level, z in (("p10", -1.28), ("p50", 0), ("p90", 1.28)):
            yield "taara_forecast_cycle_used_bytes", f',level="{level}"', max(used, middle + z * spread)

    def month(self, moment):
        """What panels and rules need of the last month."""
        begin, end = self.cycle(moment)
        today = self.day(moment)[0]
        used, left_days, rate = self.until(moment) - self.until(begin), (end - moment) / DAY, self.rate(moment)
        middle, spread = used + rate * left_days, 0.3 * rate * math.sqrt(left_days) + 0.05 * rate * left_days + 1
        remaining = max(self.plan - used, 0)
        used_today, budget = self.until(moment) - self.until(today), self.budget(moment)
        hour = (moment + AHEAD) // HOUR * HOUR - AHEAD
        score = 0.5 * math.erfc((self.plan - middle) / spread / math.sqrt(2))
        yield "taara_up", "", 1
        yield "taara_remaining_bytes", "", remaining
        yield "taara_reading_timestamp_seconds", "", moment // 600 * 600
        yield "taara_cap_crossing_probability_ratio", "", score
        yield "taara_download_headroom_bytes", "", max(self.plan - middle - 1.28 * spread, 0)
        for level, pace in (("p10", rate * 1.25), ("p50", rate), ("p90", rate * 0.8)):
            lasts = remaining / pace * DAY
            yield "taara_safe_time_seconds", f',level="{level}"', min(lasts, end - moment)
            yield "taara_exhaustion_timestamp_seconds", f',level="{level}"', moment + lasts if lasts < end - moment else None
        yield "taara_used_today_bytes", "", used_today
        yield "taara_budget_today_bytes", "", budget
        yield "taara_left_today_bytes", "", budget - used_today
        yield "taara_typical_day_bytes", "", rate * WEEKDAY[((moment + AHEAD) // DAY + 3) % 7]
        for back in range(1, 8):
            yield "taara_day_used_bytes", f',day="{back}"', self.day_use(moment, back)
            yield "taara_day_budget_bytes", f',day="{back}"', self.budget(moment, back)
        yield "taara_hour_used_bytes", "", self.until(hour) - self.until(hour - HOUR)
        yield "taara_hour_usual_bytes", "", statistics.median(self.until(hour - w * 7 * DAY) - self.until(hour - HOUR - w * 7 * DAY) for w in range(1, 6))
        yield "taara_local_hour", "", (moment + AHEAD) % DAY // HOUR
        yield "taara_local_weekday", "", ((moment + AHEAD) // DAY + 4) % 7
        for kind, ratio in (("used", 0.75), ("today", 1), ("crossing", 0.5)):
            yield "taara_alert_threshold_ratio", f',kind="{kind}"', ratio
        for direction, factor in (("sent", 3100), ("received", 8200)):
            yield "taara_line_bytes_total", f',direction="{direction}"', (moment - self.begin) // 600 * factor

    def recent(self, moment):
        """What panels show of today only."""
        begin, end = self.cycle(moment)
        used, rate = self.until(moment) - self.until(begin), self.rate(moment)
        efficiency = min(1, self.plan / (used + rate * (end - moment) / DAY))
        polls = (moment - self.begin) // 600
        hours = [sum(self.until(self.day(moment, b)[0] + (h + 1) * HOUR) - self.until(self.day(moment, b)[0] + h * HOUR)
                     for b in range(1, 8)) for h in range(24)]
        streak = next(b for b in range(1, 400) if self.day_use(moment, b) > self.budget(moment, b)) - 1
        yield "taara_efficiency_ratio", "", efficiency
        for status, least in (("excellent", 0.9), ("good", 0.7), ("caution", 0.5), ("concern", 0)):
            higher = {"excellent": 2, "good": 0.9, "caution": 0.7, "concern": 0.5}[status]
            yield "taara_status", f',status="{status}"', int(least <= efficiency < higher)
        yield "taara_budget_streak", "", streak
        yield "taara_peak_hour", "", hours.index(max(hours))
        yield "taara_quiet_hour", "", hours.index(min(hours))
        yield "taara_usage_trend_ratio", "", sum(self.day_use(moment, b) for b in range(1, 8)) / (rate * 7)
        yield "taara_forecast_error_ratio", "", 0.062
        yield "taara_forecast_coverage_ratio", "", 0.83
        yield "taara_data_quality_ratio", "", 0.993
        yield "taara_poll_interval_seconds", "", 600
        yield "taara_breaker_open", "", 0
        yield "taara_credentials_rejected", "", 0
        yield "taara_credentials_age_seconds", "", 31 * DAY + moment % DAY
        for result, share in (("success", 0.98), ("partial", 0.014), ("failed", 0.006)):
            yield "taara_polls_total", f',result="{result}"', int(polls * share)
        for kind in ("timeout", "http_5xx", "schema"):
            yield "taara_poll_errors_total", f',kind="{kind}"', int(polls * 0.006) if kind == "timeout" else 0
        for field in ("expiry", "remaining"):
            yield "taara_contract_violations_total", f',field="{field}"', int(polls * 0.014) if field == "expiry" else 0
        for mode in ("normal", "conservative", "backoff", "aggressive"):
            yield "taara_polling_mode", f',mode="{mode}"', int(mode == "normal")
        for bound, share in (("0.5", 0.2), ("1", 0.7), ("2", 0.97), ("5", 1), ("+Inf", 1)):
            yield "taara_poll_duration_seconds_bucket", f',le="{bound}"', int(polls * share)


def neighbours(moment, end):
    """(name, labels, value) of what belongs to no household."""
    ours = 'instance="127.0.0.1:10077",job="taara_exporter"'
    since = moment - end + PAST
    for name, value in (("store_writable", 1), ("store_size_bytes", 14.2e6 + since / 50), ("store_readings", 157000 + since // 200),
                        ("store_pending_readings", 0), ("store_dropped_readings_total", 0), ("clock_trusted", 1),
                        ("config_last_reload_successful", 1), ("http_auth_failures_total", since // 20000)):
        yield f"taara_{name}", ours, value
    yield "taara_store_errors_total", ours + ',op="write"', 0
    yield "taara_build_info", ours + ',version="0.5.0",compiler="g++ 12.2"', 1
    for handler, every in (("/metrics", 10), ("/", 600), ("/api/v1/status", 300)):
        yield "taara_http_requests_total", ours + f',code="200",handler="{handler}"', since // every
    for job, port, memory, share in (("taara_exporter", 10077, 21e6, 0.004), ("prometheus", 9090, 142e6, 0.021),
                                     ("alertmanager", 9093, 31e6, 0.003), ("node", 9100, 17e6, 0.002)):
        labels = f'instance="127.0.0.1:{port}",job="{job}"'
        yield "up", labels, 1
        yield "scrape_duration_seconds", labels, 0.004 + 0.001 * (moment // 120 % 3)
        yield "scrape_samples_scraped", labels, 640 if job == "prometheus" else 310
        yield "process_resident_memory_bytes", labels, memory * (1 + 0.05 * math.sin(moment / 7000))
        yield "process_cpu_seconds_total", labels, since * share
        yield "process_start_time_seconds", labels, end - 9 * DAY
    prometheus, alertmanager = 'instance="127.0.0.1:9090",job="prometheus"', 'instance="127.0.0.1:9093",job="alertmanager"'
    for name, value in (("tsdb_head_series", 2150), ("tsdb_storage_blocks_bytes", 310e6), ("notifications_dropped_total", 0),
                        ("notifications_errors_total", 0)):
        yield f"prometheus_{name}", prometheus, value
    yield "prometheus_rule_evaluation_failures_total", prometheus + ',rule_group="rules/budget.yml;taara-budget"', 0
    yield "alertmanager_config_last_reload_successful", alertmanager, 1
    yield "alertmanager_silences", alertmanager + ',state="active"', 1
    for state in ("active", "suppressed"):
        yield "alertmanager_alerts", alertmanager + f',state="{state}"', 2 if state == "active" else 1
    for place, share in (("/", 0.41), ("/var/lib", 0.23)):
        labels = f'instance="127.0.0.1:9100",job="node",fstype="ext4",mountpoint="{place}"'
        yield "node_filesystem_size_bytes", labels, 25e9
        yield "node_filesystem_avail_bytes", labels, 25e9 * (1 - share) - since / 100


def messages(moment, end, since):
    """Alerts that fire and what became of them: some each day, some each week, one that holds at the end."""
    local = moment + AHEAD
    hour, day = local % DAY // HOUR, local // DAY
    for name in HOUSEHOLDS:
        shift = len(name)
        firing = {
            ("MorningStatus", "info", "digest"): 6 <= hour < 9,
            ("TodayNearlyUsed", "low", "budget"): (day + shift) % 3 == 0 and 18 <= hour < 20,
            ("TodayUsed", "low", "budget"): (day + shift) % 6 == 0 and 20 <= hour,
            ("GoodTimeForADownload", "info", "opportunity"): (day + shift) % 7 == 2 and 18 <= hour < 21,
            ("UnusualUse", "low", "unusual"): (day + shift) % 11 == 0 and 14 <= hour < 20,
            ("CycleThreshold", "low", "budget"): name == "home" and (end - moment) < 3 * HOUR,
            ("PlanToppedUp", "info", "budget"): (moment - end + DAY // 2) % (9 * DAY) < HOUR,
        }
        for (alert, severity, kind), on in firing.items():
            labels = f'alertname="{alert}",household="{name}",kind="{kind}",severity="{severity}"'
            if not on:
                since.pop((name, alert), None)
                continue
            yield "ALERTS", labels + ',alertstate="firing"', 1
            yield "ALERTS_FOR_STATE", labels, since.setdefault((name, alert), moment)
    for integration, a_day in (("email", 6), ("webhook", 2)):
        labels = f'instance="127.0.0.1:9093",job="alertmanager",integration="{integration}"'
        sent = (moment - end + PAST) // (DAY // a_day)
        yield "alertmanager_notifications_total", labels, sent
        yield "alertmanager_notifications_failed_total", labels, sent // 40


def moments(end, past):
    """The nearer to the end, the closer together."""
    month, fine = ((end - span) // 3600 * 3600 for span in (MONTH, FINE))
    yield from range((end - past) // 3600 * 3600, month, YEAR_STEP)
    yield from range(max(month, (end - past) // 3600 * 3600), fine, MONTH_STEP)
    yield from range(fine, end + 1, FINE_STEP)


def series(end):
    """{(name, labels): (times, values)} of all series."""
    found = {}

    def take(moment, given, prefix=""):
        for name, labels, value in given:
            if value is not None:
                times, values = found.setdefault((name, prefix + labels), (array.array("q"), array.array("d")))
                times.append(moment)
                values.append(value)

    households = [Household(name, end) for name in HOUSEHOLDS]
    for past, parts in ((PAST, ("long",)), (MONTH, ("month",)), (FINE, ("recent",))):
        for moment in moments(end, past):
            for house in households:
                prefix = f'household="{house.name}",instance="127.0.0.1:10077",job="taara_exporter"'
                for part in parts:
                    take(moment, getattr(house, part)(moment), prefix)
    since = {}
    for moment in moments(end, MONTH):
        take(moment, messages(moment, end, since))
    for moment in moments(end, FINE):
        take(moment, neighbours(moment, end))
    return found


def write(found, path):
    """As OpenMetrics, each metric in one piece."""
    with open(path, "w", encoding="utf-8") as out:
        for (name, labels), (times, values) in sorted(found.items()):
            head = f"{name}{{{labels}}} "
            out.writelines(f"{head}{value:.12g} {time}\n" for time, value in zip(times, values))
        out.write("# EOF\n")
