# SPDX-License-Identifier: Apache-2.0
"""What an owner may say: the keys of the owner's file, each with its check. Answers a plain dictionary."""
import os
import re

import yaml

from owner_file import ADDRESS, HOST, KINDS, LANGUAGES, MAX_BYTES, NAME, TIME, Reader, is_host_port, is_url, is_zone

ONE_LINE = "one line of text without {{"
A_TIME = "a time such as 21:30, 00:00 to 23:59"
NAMING = "each name once, a small letter, then at most 31 of a-z 0-9 _ -"
WEBHOOK = "a file that holds one URL, https:// or http://"


def read(path):
    """(the owner's values, [problem]). The values are complete only when there are no problems."""
    reader = Reader(os.path.dirname(os.path.abspath(path)))
    allowed = "allowed: a file as in owner.example.yml"
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        return {}, [f"{path}: can't be read ({error.strerror}); {allowed}"]
    if len(content) > MAX_BYTES:
        return {}, [f"{path}: has more than {MAX_BYTES} bytes; {allowed}"]
    try:
        root = yaml.compose(content.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        return {}, [f"{path}: is not UTF-8; {allowed}"]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return {}, [f"{path}:{mark.line + 1}:{mark.column + 1}: is not YAML: {error.problem}; {allowed}"]
    except yaml.YAMLError:
        return {}, [f"{path}: is not YAML (control characters?); {allowed}"]
    if root is None:
        return {}, [f"{path}:1:1: found an empty file; {allowed}"]
    owner = top(reader, root)
    return owner, [f"{path}:{line}:{column}: {text}" for line, column, text in sorted(reader.problems)]


def top(reader, root):
    keys = ("language", "timezone", "quiet_hours", "links", "channels", "family", "keeper", "watchdog")
    values = reader.mapping(root, "", keys, ("timezone", "links", "channels", "family", "keeper"))
    owner = {"language": "en", "quiet_hours": None, "watchdog": None, "channels": {}, "links": {}}
    if "language" in values:
        owner["language"] = reader.text(values["language"], "language", ", ".join(LANGUAGES), LANGUAGES.__contains__)
    if "timezone" in values:
        owner["timezone"] = reader.text(values["timezone"], "timezone", "a time zone such as Africa/Nairobi", is_zone)
    if "quiet_hours" in values:
        owner["quiet_hours"] = quiet_hours(reader, values["quiet_hours"])
    if "links" in values:
        links = reader.mapping(values["links"], "links", ("dashboard", "alertmanager"), ("dashboard",))
        owner["links"] = {name: reader.url(node, f"links.{name}") for name, node in links.items()}
    if "channels" in values:
        owner["channels"] = channels(reader, values["channels"])
    for group in ("family", "keeper"):
        if group in values:
            owner[group] = names_of_channels(reader, values[group], group, owner["channels"])
    if "watchdog" in values:
        watchdog = reader.mapping(values["watchdog"], "watchdog", ("url_file",), ("url_file",))
        if "url_file" in watchdog:
            owner["watchdog"] = {"url": reader.secret(watchdog["url_file"], "watchdog.url_file", WEBHOOK, is_url)}
    return owner


def quiet_hours(reader, node):
    if isinstance(node, yaml.ScalarNode) and node.value == "none":
        return None
    if isinstance(node, yaml.ScalarNode):
        allowed = 'none, or a map with from, to such as {from: "21:30", to: "06:30"}'
        reader.problem(node, "quiet_hours", f'"{node.value}"', allowed)
        return None
    values = reader.mapping(node, "quiet_hours", ("from", "to"))
    times = {}
    for name in ("from", "to"):
        if name in values:
            times[name] = reader.text(values[name], f"quiet_hours.{name}", A_TIME, TIME.fullmatch)
        elif isinstance(node, yaml.MappingNode):
            reader.problem(node, f"quiet_hours.{name}", "nothing, but it is needed", A_TIME)
    if None not in times.values() and len(times) == 2 and times["from"] == times["to"]:
        reader.problem(node, "quiet_hours", f"from and to both {times['from']}", "two different times, or none")
    return times


def names_of_channels(reader, node, key, known):
    names = []
    for item in reader.items(node, key, "a list of names of channels: " + ", ".join(known)):
        name = reader.text(item, key, "names of channels: " + ", ".join(known), known.__contains__)
        if name in names:
            reader.problem(item, key, f'"{name}" a second time', "each channel once")
        elif name:
            names.append(name)
    return names


def channels(reader, node):
    if not isinstance(node, yaml.MappingNode) or not node.value:
        reader.problem(node, "channels", "something else", "a map of at least one channel: " + ", ".join(KINDS))
        return {}
    found = {}
    for name_node, value in node.value:
        name = name_node.value if isinstance(name_node, yaml.ScalarNode) else ""
        key = f"channels.{name}"
        if not NAME.fullmatch(name) or name in found:
            reader.problem(name_node, key, "a name that does not fit", NAMING)
            continue
        found[name] = channel(reader, name, value, key)
    return found


def channel(reader, name, node, key):
    kind = name
    if isinstance(node, yaml.MappingNode):
        said = [value for name_node, value in node.value if name_node.value == "type"]
        if said:
            kind = reader.text(said[0], f"{key}.type", ", ".join(KINDS), KINDS.__contains__)
        elif name not in KINDS:
            reader.problem(node, f"{key}.type", "nothing, but it is needed", ", ".join(KINDS))
            kind = None
    if kind not in KINDS:
        if not isinstance(node, yaml.MappingNode):
            reader.problem(node, key, "something else", "a map with type and the keys of that type")
        return {}
    values = CHANNELS[kind](reader, node, key)
    values["type"] = kind
    return values


def is_one_line(text):
    return text != "" and "{{" not in text and text.isprintable()


def email(reader, node, key):
    allowed = ("type", "to", "from", "smarthost", "hello", "username", "password_file", "require_tls")
    values = reader.mapping(node, key, allowed, ("to", "from", "smarthost"))
    address = "an address such as mama@example.org"
    result = {"require_tls": True}
    if "to" in values:
        result["to"] = [reader.text(item, f"{key}.to", address, ADDRESS.fullmatch)
                        for item in reader.items(values["to"], f"{key}.to", "a list of addresses")]
    if "from" in values:
        result["from"] = reader.text(values["from"], f"{key}.from", address, ADDRESS.fullmatch)
    if "smarthost" in values:
        result["smarthost"] = reader.text(values["smarthost"], f"{key}.smarthost", "host:port", is_host_port)
    if "hello" in values:
        result["hello"] = reader.text(values["hello"], f"{key}.hello", "the name of this machine", HOST.fullmatch)
    if "username" in values:
        result["username"] = reader.text(values["username"], f"{key}.username", ONE_LINE, is_one_line)
    if "password_file" in values:
        result["password"] = reader.secret(values["password_file"], f"{key}.password_file")
    if ("username" in values) != ("password_file" in values):
        reader.problem(node, key, "one of username and password_file", "both or none")
    if "require_tls" in values:
        result["require_tls"] = reader.boolean(values["require_tls"], f"{key}.require_tls")
    return result


def telegram(reader, node, key):
    values = reader.mapping(node, key, ("type", "chat_id", "bot_token_file"), ("chat_id", "bot_token_file"))
    result = {}
    if "chat_id" in values:
        number = reader.text(values["chat_id"], f"{key}.chat_id", "a whole number, below zero for groups",
                             lambda text: re.fullmatch(r"-?[1-9][0-9]{0,17}", text))
        result["chat_id"] = number and int(number)
    if "bot_token_file" in values:
        allowed = "a file that holds the token as @BotFather gave it"
        result["bot_token"] = reader.secret(values["bot_token_file"], f"{key}.bot_token_file", allowed,
                                            lambda text: re.fullmatch(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}", text))
    return result


def slack(reader, node, key):
    values = reader.mapping(node, key, ("type", "webhook_url_file"), ("webhook_url_file",))
    if "webhook_url_file" not in values:
        return {}
    good = reader.secret(values["webhook_url_file"], f"{key}.webhook_url_file", WEBHOOK, is_url)
    return {"webhook_url_file": os.path.join(reader.folder, values["webhook_url_file"].value) if good else None}


def discord(reader, node, key):
    values = reader.mapping(node, key, ("type", "webhook_url_file"), ("webhook_url_file",))
    if "webhook_url_file" not in values:
        return {}
    allowed = "a file that holds the webhook's URL as Discord gave it"
    return {"webhook_url": reader.secret(values["webhook_url_file"], f"{key}.webhook_url_file", allowed,
                                         lambda text: is_url(text) and not re.search(r"[?#]|/$", text))}


def url_or_file(reader, values, node, key):
    if ("url" in values) == ("url_file" in values):
        found = "both url and url_file" if "url" in values else "neither url nor url_file"
        reader.problem(node, key, found, "one of url, url_file")
        return None
    if "url" in values:
        return reader.url(values["url"], f"{key}.url")
    return reader.secret(values["url_file"], f"{key}.url_file", WEBHOOK, is_url)


def webhook(reader, node, key):
    values = reader.mapping(node, key, ("type", "url", "url_file"))
    return {"url": url_or_file(reader, values, node, key)}


def ntfy(reader, node, key):
    values = reader.mapping(node, key, ("type", "url", "url_file", "token_file"))
    result = {"url": url_or_file(reader, values, node, key)}
    if result["url"] and not re.fullmatch(r"https?://[^/]+/[A-Za-z0-9_-]{1,64}", result["url"]):
        reader.problem(node, f"{key}.url", "an address without a topic, or with more than that",
                       "server and topic, such as https://ntfy.sh/our-secret-topic")
    if "token_file" in values:
        result["token"] = reader.secret(values["token_file"], f"{key}.token_file")
    return result


CHANNELS = {"email": email, "telegram": telegram, "slack": slack, "discord": discord, "webhook": webhook, "ntfy": ntfy}
