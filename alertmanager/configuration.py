# SPDX-License-Identifier: Apache-2.0
"""Alertmanager's configuration from the owner's values. Why it is so: docs/decisions/0019-messages-through-alertmanager.md"""
import urllib.parse

TEMPLATES = ("words.tmpl", "chat.tmpl", "mail.tmpl", "mail_text.tmpl")
GENERATED_TEMPLATE = "owner.tmpl"
# (on the first message of a day, on the others)
GREETINGS = {
    "ar": ("صباح الخير", "مرحبا"),
    "de": ("Guten Morgen", "Hallo"),
    "en": ("Good morning", "Hello"),
    "fr": ("Bonjour", "Bonjour"),
    "so": ("Subax wanaagsan", "Salaan"),
    "sw": ("Habari za asubuhi", "Habari"),
}
FAMILY_KINDS = 'kind=~"budget|opportunity|unusual"'

# Equal household always. A label that neither of two alerts has is equal, too.
INHIBITIONS = [
    # While the line can't be read, what is said about its data would be guessing.
    ('alertname=~"LineUnreachable|CredentialsRejected|ReadingsStale"', 'kind=~"budget|opportunity|unusual|digest"'),
    # The cause is said once, not by each of its consequences.
    ('alertname=~"LineUnreachable|CredentialsRejected"', 'alertname=~"ReadingsStale|BreakerOpen|MeterFrozen"'),
    ('severity="high", kind="budget"', 'severity="low", kind="budget"'),
    # Without data there is nothing to forecast and nothing to download.
    ('alertname="DataGone"', 'alertname=~"CapVeryLikely|FastUseUrgent|PlanExpiring|GoodTimeForADownload"'),
    ('alertname="TodayUsed"', 'alertname="TodayNearlyUsed"'),
    ('alertname="MonthlyReport"', 'alertname=~"WeeklySummary|MorningStatus"'),
    ('alertname="WeeklySummary"', 'alertname="MorningStatus"'),
]


def matchers(text):
    return text.split(", ")


def alertmanager_yml(owner):
    """The configuration as plain dictionaries and lists, valid for Alertmanager 0.25 and newer."""
    muted = {"mute_time_intervals": ["quiet-hours"]} if owner["quiet_hours"] else {}
    routes = [
        # A dead man's switch wants to hear it again and again.
        {"matchers": ['kind="watchdog"'], "receiver": "watchdog" if owner["watchdog"] else "nobody",
         "group_wait": "0s", "group_interval": "1m", "repeat_interval": "5m"},
        {"matchers": ['kind="monitor"'], "receiver": "keeper", "repeat_interval": "1d"},
        # Once each morning: longer than a digest fires (4 h), shorter than a day, so that even a resolution that got
        # lost, in an outage for example, doesn't swallow the next one.
        {"matchers": ['kind="digest"'], "receiver": "family", "group_interval": "1m", "repeat_interval": "18h", **muted},
        # One message although two of them begin together. 20 days, here and below: longer than these last as a rule, and
        # shorter than a cycle, so that what ended unnoticed (see the next route) is said again in the next cycle.
        {"matchers": ['severity="high"', FAMILY_KINDS], "receiver": "family", "group_by": ["household"], "repeat_interval": "20d", **muted},
        # What is over by the next day. It may end in the quiet hours, and Alertmanager then does not notice that it
        # ended: 18 hours later it may be said again all the same.
        {"matchers": ['alertname=~"TodayNearlyUsed|TodayUsed|UnusualUse|GoodTimeForADownload"', FAMILY_KINDS], "receiver": "family",
         "repeat_interval": "18h", **muted},
        {"matchers": [FAMILY_KINDS], "receiver": "family", "repeat_interval": "20d", **muted},
    ]
    config = {
        "templates": [f"templates/{name}" for name in (*TEMPLATES, GENERATED_TEMPLATE)],
        # What no route below knows goes to the keeper, so that nothing is lost silently.
        "route": {"receiver": "keeper", "group_by": ["household", "alertname"], "group_wait": "5s", "group_interval": "5m",
                  "repeat_interval": "1d", "routes": routes},
        "inhibit_rules": [{"source_matchers": matchers(source), "target_matchers": matchers(target), "equal": ["household"]}
                          for source, target in INHIBITIONS],
        "receivers": [
            receiver("family", owner, owner["family"], send_resolved=False),
            receiver("keeper", owner, owner["keeper"], send_resolved=True),
            watchdog(owner),
        ],
    }
    if owner["quiet_hours"]:
        config["time_intervals"] = [{"name": "quiet-hours", "time_intervals": [
            {"times": times(owner["quiet_hours"]), "location": owner["timezone"]}]}]
    return config


def times(quiet):
    """Alertmanager's times don't go past midnight, so a night is two of them."""
    if quiet["from"] < quiet["to"]:
        return [{"start_time": quiet["from"], "end_time": quiet["to"]}]
    night = [{"start_time": quiet["from"], "end_time": "24:00"}]
    return night + ([{"start_time": "00:00", "end_time": quiet["to"]}] if quiet["to"] != "00:00" else [])


def receiver(name, owner, channels, send_resolved):
    result = {"name": name}
    for channel in sorted(channels):
        values = owner["channels"][channel]
        key, config = CHANNELS[values["type"]](values, owner)
        result.setdefault(key, []).append({"send_resolved": send_resolved, **config})
    return result


def watchdog(owner):
    if not owner["watchdog"]:
        return {"name": "nobody"}
    return {"name": "watchdog", "webhook_configs": [{"send_resolved": False, "url": owner["watchdog"]["url"]}]}


def use(name):
    return f'{{{{ template "{name}" . }}}}'


def email(values, _owner):
    config = {
        "to": ", ".join(values["to"]), "from": values["from"], "smarthost": values["smarthost"], "require_tls": values["require_tls"],
        "headers": {"Subject": use("taara.subject"), "Auto-Submitted": "auto-generated"},
        "html": use("taara.mail.html"), "text": use("taara.mail.text"),
    }
    if "hello" in values:
        config["hello"] = values["hello"]
    if "username" in values:
        # Not auth_password_file: Alertmanager 0.25 takes the newline at the file's end as part of the password.
        config |= {"auth_username": values["username"], "auth_password": values["password"]}
    return "email_configs", config


def telegram(values, _owner):
    # bot_token_file: from 0.26.
    return "telegram_configs", {"bot_token": values["bot_token"], "chat_id": values["chat_id"], "parse_mode": "HTML",
                                "message": use("taara.telegram")}


def attachment(prefix):
    return {"color": use("taara.colour"), "title": use(f"{prefix}.title"), "title_link": use("taara.dashboard"),
            "text": use(f"{prefix}.text"), "fallback": use(f"{prefix}.title"), "username": "Taara Monitor", "footer": ""}


def slack(values, _owner):
    return "slack_configs", {"api_url_file": values["webhook_url_file"], **attachment("taara.slack")}


def discord(values, _owner):
    # Discord's own Slack-compatible address: discord_configs paint every firing alert red and can't be told otherwise.
    return "slack_configs", {"api_url": values["webhook_url"].rstrip("/") + "/slack", **attachment("taara.discord")}


def webhook(values, _owner):
    # url_file: from 0.26.
    return "webhook_configs", {"url": values["url"], "max_alerts": 20}


# ntfy fills these in itself (message templating, ntfy 2.10 and newer).
NTFY_TITLE = 'Taara Monitor{{with .commonLabels.household}}: {{.}}{{end}}'
NTFY_MESSAGE = ('{{range .alerts}}{{if eq .status "resolved"}}Works again: {{end}}{{.annotations.summary}}'
                '{{if eq .status "firing"}}{{with .annotations.advice}}\\n{{.}}{{end}}{{end}}\\n{{end}}')


def ntfy(values, owner):
    query = urllib.parse.urlencode({"template": "yes", "title": NTFY_TITLE, "message": NTFY_MESSAGE, "click": owner["links"]["dashboard"]},
                                   quote_via=urllib.parse.quote)
    config = {"url": f"{values['url']}?{query}", "max_alerts": 5}
    if "token" in values:
        config["http_config"] = {"authorization": {"type": "Bearer", "credentials": values["token"]}}
    return "webhook_configs", config


CHANNELS = {"email": email, "telegram": telegram, "slack": slack, "discord": discord, "webhook": webhook, "ntfy": ntfy}


def owner_tmpl(owner):
    """The template that holds what only the owner knows. The reader let no braces and quotes into the addresses."""
    morning, other = GREETINGS[owner["language"]]
    dashboard = owner["links"]["dashboard"]
    alertmanager = owner["links"].get("alertmanager") or "{{ .ExternalURL }}"
    parts = {
        "taara.greeting.morning": morning,
        "taara.greeting.other": other,
        "taara.language": owner["language"],
        "taara.dashboard.url": dashboard,
        "taara.dashboard.variable": ("&" if "?" in dashboard else "?") + "var-household=",
        "taara.alertmanager.url": alertmanager.rstrip("/"),
    }
    return "".join(f'{{{{ define "{name}" }}}}{text}{{{{ end }}}}\n' for name, text in parts.items())
