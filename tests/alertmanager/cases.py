# SPDX-License-Identifier: Apache-2.0
"""Messages as the rules write them, one case each; every case has a household of its own, so that they don't mix."""
from house import alert

RUNBOOK = "https://example.org/docs/runbooks.md#"
LONG = "averyveryverylongnamewithoutanybreakinit" * 3
HOSTILE = '<script>alert("x")</script> & \'quoted\'\nSubject: injected\r\n.\n{{ .Labels }} <!channel> *bold* [link](http://evil.test)'

CASES = {
    "morning": [alert(
        "MorningStatus", "digest", "info", "home",
        summary="18 days of safe time, and 31.2 GB for today.",
        description="Status: good. 5 days in a row within budget.",
        advice="There is room: a download of up to 84 GB fits.",
        fact_1_Safe_time="18.2 days (15.9 to 21.4)", fact_2_Budget_for_today="31.2 GB", fact_3_A_day_like_this_takes="28.7 GB",
        fact_4_Data_left="594 GB for 19.0 days", fact_5_Yesterday="26.1 GB of a budget of 30.9 GB", runbook_url=RUNBOOK + "morningstatus")],
    "week": [alert(
        "WeeklySummary", "digest", "info", "lakeside",
        summary="The week took 204 GB of a budget of 218 GB at lakeside.",
        description="That is 0.94 times a usual week of the month before. 5 days in a row stayed within budget.",
        advice="Big updates go best around 03:00, when the line is quiet.",
        fact_1_This_week="204 GB", fact_2_The_week_before="217 GB", fact_3_Best_day="Tuesday, 21.4 GB",
        fact_4_Days_in_a_row_within_budget="5", fact_5_The_month_ends_at="870 GB to 1.02 TB", runbook_url=RUNBOOK + "weeklysummary")],
    "renewed": [alert(
        "PlanRenewed", "budget", "info", "hilltop",
        summary="The plan at hilltop has renewed, 1 TB fresh.",
        description="A new month of data has begun. Budgets and forecast start from here.",
        fact_1_Budget_for_today="32.3 GB", fact_2_A_day_like_this_takes="28.7 GB", fact_3_Days_left="31.0", runbook_url=RUNBOOK + "planrenewed")],
    "check-in": [alert(
        "CycleThreshold", "budget", "low", "farm",
        summary="75% of the plan at farm is used, 68% of its time is over.",
        description="A note to check in, sent once per plan. Where use runs ahead of time, a slightly smaller day brings it back.",
        advice="Video in standard instead of high definition, on the biggest screen.",
        fact_1_Used="750 GB of 1 TB", fact_2_Expected_by_now="68%", fact_3_Data_left="250 GB", fact_4_Days_left="9.9",
        fact_5_A_day_may_take="25.2 GB", fact_5_Not_known_just_now="", fact_6_A_day_like_this_takes="34.1 GB", fact_7_The_month_ends_at="980 GB to 1.14 TB",
        fact_8_Safe_time="7.4 days", runbook_url=RUNBOOK + "cyclethreshold")],
    "urgent": [alert(
        "FastUseUrgent", "budget", "high", "orchard",
        summary="At the pace of the last hours the data at orchard lasts 19 hours.",
        description="Something is using 3.4 times what the rest of the plan allows.",
        advice="Pausing the one big download or stream is enough; everything else may go on.",
        fact_1_Data_left="61.0 GB", runbook_url=RUNBOOK + "fastuseurgent")],
    "two-targets": [
        alert("TargetDown", "monitor", "high", labels={"job": job}, summary=f"Prometheus cannot reach {job} at 127.0.0.1:{port}.",
              description="What it measures has a gap until it is back; what it did before is kept.",
              advice=f"systemctl status {job} and its log tell why it stopped.", fact_1_Last_seen="6m ago", runbook_url=RUNBOOK + "targetdown")
        for job, port in (("prometheus", 9090), ("node", 9100))],
    "good-time": [alert(
        "GoodTimeForADownload", "opportunity", "info", "beach",
        summary="A good time for a large download at beach: up to 84 GB fit, until about 06:00.",
        description="The line is quiet now, and the plan has room.", fact_1_Fits="84 GB", runbook_url=RUNBOOK + "goodtimeforadownload")],
    "unusual": [alert(
        "UnusualUse", "unusual", "low", "studio",
        summary="The last hour at studio took 9.8 GB; this hour usually takes 1.2 GB.",
        description="It may well be wanted: a game, a backup, visitors. If nobody knows of it, a device may be busy by itself.",
        fact_1_Last_hour="9.8 GB", fact_2_Usual_for_this_hour="1.2 GB", runbook_url=RUNBOOK + "unusualuse")],
    "line": [alert(
        "LineUnreachable", "monitor", "high", "cabin",
        summary="The line of cabin has not answered for 42m.",
        description="The last values stay on the page with their age; use since then is estimated. Nothing is lost.",
        advice="If the internet itself is off, there is nothing to do.", fact_1_Last_reading="42m ago", fact_2_What_fails="timeout",
        runbook_url=RUNBOOK + "lineunreachable")],
    "store": [alert(
        "StoreFailing", "monitor", "high",
        summary="The monitor cannot save its readings; they wait in memory.",
        description="Pages and messages go on. After a restart what was not saved would be missing.",
        advice="Look at the disk first.", runbook_url=RUNBOOK + "storefailing")],
    "hostile": [alert(
        "RateLimited", "monitor", "low", "hostile", summary=HOSTILE, description=HOSTILE, advice=HOSTILE,
        fact_1_Name=HOSTILE, **{f"fact_2_{LONG}": LONG}, runbook_url="javascript:alert(1)")],
}
