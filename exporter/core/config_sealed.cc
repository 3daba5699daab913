// SPDX-License-Identifier: Apache-2.0
#include "core/config_sealed.h"

#include <algorithm>
#include <functional>

#include "core/config_path.h"
#include "core/sealed_name.h"

namespace taara {
namespace {

constexpr std::size_t kMostMasters = 2;

// A missing file is a matter of permission too: both end with the exit code that asks for a look at secrets.
void add_fault(const ConfigValue& at, const Error& error, ConfigProblems& problems) {
  const bool permission = error.code == Errc::permission || error.code == Errc::not_found;
  problems.add(at, error.what, permission ? ConfigFault::permission : ConfigFault::invalid);
}

std::optional<std::string> read_path(const ConfigValue& value, const ConfigSurroundings& surroundings,
                                     ConfigProblems& problems) {
  const auto text = text_of(value, Shown::no, kPathAllowed, problems);
  if (!text) return std::nullopt;
  auto path = parse_config_path(*text, surroundings.folder);
  if (!path) problems.unfit(value, Shown::no, kPathAllowed);
  return path;
}

// One value, or a list of the new one and the old one.
void read_masters(const ConfigValue& value, std::string_view allowed,
                  const std::function<std::optional<std::string>(const ConfigValue&)>& read_one, Sealed& target,
                  ConfigProblems& problems) {
  const auto& items = value.node->items;
  if (value.node->kind != ConfigNode::Kind::list) {
    if (auto path = read_one(value)) target.master_files.push_back(*std::move(path));
  } else if (items.empty() || items.size() > kMostMasters) {
    problems.unfit(value, Shown::no,
                   std::string(allowed) + ", or a list of 1 or 2 of them: the new one, then the old one");
  } else {
    for (std::size_t i = 0; i < items.size(); ++i)
      if (auto path = read_one({&items[i], item_of(value.key, i)})) target.master_files.push_back(*std::move(path));
  }
}

void read_sealed_name(const ConfigValue& value, Account& target, const SealedSection* section,
                      ConfigProblems& problems) {
  const auto text = text_of(value, Shown::no, kSealedNameAllowed, problems);
  if (!text) return;
  if (!is_sealed_name(*text)) return problems.unfit(value, Shown::no, kSealedNameAllowed);
  if (section == nullptr)
    return problems.add(value, "needs the section sealed, with file and master_file, at the top of this file");
  target.sealed_name = *text;
  target.sealed = section->sealed;
  if (!section->names) return;
  const auto& names = *section->names;
  if (std::find(names.begin(), names.end(), *text) == names.end())
    problems.add(value,
                 "the sealed file holds no secret of this name; put it in with taara_exporter credentials seal, or see "
                 "what it holds with taara_exporter credentials check",
                 ConfigFault::permission);
}

}  // namespace

SealedSection read_sealed(const ConfigValue& value, const ConfigSurroundings& surroundings, ConfigProblems& problems) {
  constexpr std::string_view kAllowed = "a map with file and master_file or master_credential";
  constexpr std::string_view kCredentialAllowed = "the name of a credential of the service, such as taara-master";
  SealedSection section;
  auto map = ConfigMap::of(value, kAllowed, problems);
  if (!map) return section;
  const auto problems_before = problems.count();
  const auto file = map->need("file", kPathAllowed);
  if (file) section.sealed.file = read_path(*file, surroundings, problems).value_or("");
  const auto master = map->find("master_file");
  const auto credential = map->find("master_credential");
  if (master && credential)
    problems.add(*credential, "found besides master_file; allowed: one of the two");
  else if (master)
    read_masters(
        *master, kPathAllowed, [&](const ConfigValue& one) { return read_path(one, surroundings, problems); },
        section.sealed, problems);
  else if (credential)
    read_masters(
        *credential, kCredentialAllowed,
        [&](const ConfigValue& one) -> std::optional<std::string> {
          const auto name = text_of(one, Shown::no, kCredentialAllowed, problems);
          if (!name) return std::nullopt;
          if (!is_sealed_name(*name)) {
            problems.unfit(one, Shown::no, kCredentialAllowed);
            return std::nullopt;
          }
          auto path = surroundings.credential_path(*name);
          if (path) return *std::move(path);
          add_fault(one, path.error(), problems);
          return std::nullopt;
        },
        section.sealed, problems);
  else
    (void)map->need("master_file", "a path, or master_credential with the name of a credential");
  map->finish();
  if (problems.count() > problems_before) return section;
  if (!surroundings.sealed_names) return section;
  auto names = surroundings.sealed_names(section.sealed);
  if (names)
    section.names = *std::move(names);
  else
    add_fault(*file, names.error(), problems);
  return section;
}

void read_secret_place(ConfigMap& account, SourceKind source, Account& target, const SealedSection* section,
                       const ConfigSurroundings& surroundings, ConfigProblems& problems) {
  const bool taara = source == SourceKind::taara;
  const std::string_view file_key = taara ? "passcode_file" : "password_file";
  const std::string_view sealed_key = taara ? "passcode_sealed" : "password_sealed";
  const auto sealed = account.find(sealed_key);
  const auto file = sealed ? account.find(file_key) : account.need(file_key, kPathAllowed);
  if (sealed && file)
    return problems.add(*sealed, "found besides " + std::string(file_key) + "; allowed: one of the two");
  if (sealed) return read_sealed_name(*sealed, target, section, problems);
  if (!file) return;
  auto path = read_path(*file, surroundings, problems);
  if (!path) return;
  if (surroundings.check_secret)
    if (const auto checked = surroundings.check_secret(*path); checked.has_error())
      add_fault(*file, checked.error(), problems);
  target.secret_file = *std::move(path);
}

}  // namespace taara
