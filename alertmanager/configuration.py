# SPDX-License-Identifier: Apache-2.0
"""Alertmanager's configuration from the owner's values. Why it is so: docs/decisions/0019-messages-through-alertmanager.md"""
import urllib.parse

TEMPLATES = ("words.tmpl", "chat.tmpl", "mail.tmpl", "mail_text.tmpl")
GENERATED_TEMPLATE = "owner.tmpl"
# (in the morning, on the other regular messages)
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
    # Two of high urgency that begin together: the one that says what to do now goes first, the other waits until it is over.
    ('alertname="FastUseUrgent"', 'alertname="CapVeryLikely"'),
    ('alertname="TodayUsed"', 'alertname="TodayNearlyUsed"'),
    ('alertname="MonthlyReport"', 'alertname=~"WeeklySummary|MorningStatus"'),
    ('alertname="WeeklySummary"', 'alertname="MorningStatus"'),
]


def matchers(text):
    return text.split(", ")


def alertmanager_yml(owner):
    """The configuration as plain dictionaries and lists, valid for Alertmanager 0.25 and newer."""
    routes = [
        # A dead man's switch wants to hear it again and again.
        {"matchers": ['kind="watchdog"'], "receiver": "watchdog" if owner["watchdog"] else "nobody",
         "group_wait": "0s", "group_interval": "1m", "repeat_interval": "5m"},
        {"matchers": ['kind="monitor"'], "receiver": "keeper", "repeat_interval": "1d"},
        # Again after: longer than it lasts, shorter than until the next one. What ends in the quiet hours, while inhibited
        # or during an outage ends unnoticed, and the next one is swallowed until that time has passed.
        family(owner, 'kind="digest"', again="18h"),  # lasts 4 hours, comes after 23 to 25
        family(owner, 'alertname="FastUseUrgent"', again="4d", urgent=True),
        family(owner, 'severity="high"', FAMILY_KINDS, again="20d", urgent=True),
        family(owner, 'alertname=~"TodayNearlyUsed|TodayUsed|UnusualUse|GoodTimeForADownload"', again="18h"),
        family(owner, 'alertname="FastUse"', again="4d"),
        family(owner, FAMILY_KINDS, again="20d"),
    ]
    config = {
        "templates": [f"templates/{name}" for name in (*TEMPLATES, GENERATED_TEMPLATE)],
        # What no route below knows goes to the keeper, so that nothing is lost silently.
        "route": {"receiver": "keeper", "group_by": ["household", "alertname"], "group_wait": "5s", "group_interval": "5m",
                  "repeat_interval": "1d", "routes": routes},
        "inhibit_rules": [{"source_matchers": matchers(source), "target_matchers": matchers(target), "equal": ["household"]}
                          for source, target in INHIBITIONS],
        "receivers": [
            receiver("family", owner, owner["family"], send_resolved=False, urgent=False),
            receiver("family-urgent", owner, owner["family"], send_resolved=False, urgent=True),
            receiver("keeper", owner, owner["keeper"], send_resolved=True, urgent=True),
            watchdog(owner),
        ],
    }
    if owner["quiet_hours"]:
        config["time_intervals"] = [{"name": "quiet-hours", "time_intervals": [
            {"times": times(owner["quiet_hours"]), "location": owner["timezone"]}]}]
    return config


def family(owner, *matching, again, urgent=False):
    """A route to the family. Muted in the quiet hours; what still holds at their end goes out within group_interval."""
    route = {"matchers": list(matching), "receiver": "family-urgent" if urgent else "family", "repeat_interval": again}
    if owner["quiet_hours"]:
        route["mute_time_intervals"] = ["quiet-hours"]
    return route


def times(quiet):
    """Alertmanager's times don't go past midnight, so a night is two of them."""
    if quiet["from"] < quiet["to"]:
        return [{"start_time": quiet["from"], "end_time": quiet["to"]}]
    night = [{"start_time": quiet["from"], "end_time": "24:00"}]
    return night + ([{"start_time": "00:00", "end_time": quiet["to"]}] if quiet["to"] != "00:00" else [])


def receiver(name, owner, channels, send_resolved, urgent):
    """What is not urgent reaches a phone without a sound, where the channel knows that."""
    result = {"name": name}
    for channel in sorted(channels):
        values = owner["channels"][channel]
        key, config = CHANNELS[values["type"]](values, owner, urgent)
        result.setdefault(key, []).append({"send_resolved": send_resolved, **config})
    return result


def watchdog(owner):
    if not owner["watchdog"]:
        return {"name": "nobody"}
    return {"name": "watchdog", "webhook_configs": [{"send_resolved": False, "url": owner["watchdog"]["url"]}]}


def use(name):
    return f'{{{{ template "{name}" . }}}}'


def email(values, _owner, _urgent):
    # On port 465 TLS is there from the first byte; asked for a second time, Alertmanager 0.25 gives up.
    starttls = values["require_tls"] and not values["smarthost"].endswith(":465")
    config = {
        "to": ", ".join(values["to"]), "from": values["from"], "smarthost": values["smarthost"], "require_tls": starttls,
        "headers": {"Subject": use("taara.subject"), "Auto-Submitted": "auto-generated"},
        "html": use("taara.mail.html"), "text": use("taara.mail.text"),
    }
    if "hello" in values:
        config["hello"] = values["hello"]
    if "username" in values:
        # Not auth_password_file: Alertmanager 0.25 takes the newline at the file's end as part of the password.
        config |= {"auth_username": values["username"], "auth_password": values["password"]}
    return "email_configs", config


def telegram(values, _owner, urgent):
    # bot_token_file: from 0.26.
    return "telegram_configs", {"bot_token": values["bot_token"], "chat_id": values["chat_id"], "parse_mode": "HTML",
                                "message": use("taara.telegram"), "disable_notifications": not urgent}


def attachment(prefix):
    return {"color": use("taara.colour"), "title": use(f"{prefix}.title"), "title_link": use("taara.dashboard"),
            "text": use(f"{prefix}.text"), "fallback": use(f"{prefix}.title"), "username": "Taara Monitor", "footer": ""}


def slack(values, _owner, _urgent):
    return "slack_configs", {"api_url_file": values["webhook_url_file"], **attachment("taara.slack")}


def discord(values, _owner, _urgent):
    # Discord's own Slack-compatible address: discord_configs paint every firing alert red and can't be told otherwise.
    return "slack_configs", {"api_url": values["webhook_url"] + "/slack", **attachment("taara.discord")}


def webhook(values, _owner, _urgent):
    # url_file: from 0.26.
    return "webhook_configs", {"url": values["url"], "max_alerts": 20}


# ntfy fills these in itself (message templating, ntfy 2.10 and newer).
NTFY_TITLE = 'Taara Monitor{{with .commonLabels.household}}: {{.}}{{end}}'
NTFY_MESSAGE = ('{{range .alerts}}{{if eq .status "resolved"}}Works again: {{end}}{{.annotations.summary}}'
                '{{if eq .status "firing"}}{{with .annotations.advice}}\\n{{.}}{{end}}{{end}}\\n{{end}}')


def ntfy(values, owner, urgent):
    parameters = {"template": "yes", "title": NTFY_TITLE, "message": NTFY_MESSAGE, "click": owner["links"]["dashboard"],
                  "priority": "default" if urgent else "low"}
    query = urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)
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
