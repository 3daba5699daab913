// SPDX-License-Identifier: Apache-2.0
#include "io/config_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "unit/io/temp_folder.h"

namespace taara {
namespace {

using Problems = std::vector<ConfigProblem>;
using std::chrono::days;

constexpr std::string_view kHousehold =
    "  - name: home\n"
    "    account: {phone: \"700000001\", passcode_file: ./home.passcode, partner_id: partner, hotspot_id: hotspot}\n";

std::string minimal() { return "households:\n" + std::string(kHousehold); }

std::string source_file(const std::string& path) {
  std::ifstream file(TAARA_SOURCE_DIR "/" + path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

class ConfigFile : public testing::Test {
 protected:
  ConfigFile() {
    folder_.file("home.passcode", "1234\n");
    folder_.file("cottage.password", "correct horse\n");
  }
  [[nodiscard]] Problems problems_of(const std::string& path) const {
    auto loaded = load_config(path);
    if (auto* problems = std::get_if<Problems>(&loaded)) return *problems;
    return {};
  }
  [[nodiscard]] Problems problems_in(const std::string& text) const { return problems_of(folder_.file("c.yml", text)); }
  [[nodiscard]] Config config_in(const std::string& text) const {
    auto loaded = load_config(folder_.file("c.yml", text));
    if (auto* problems = std::get_if<Problems>(&loaded)) ADD_FAILURE() << describe("c.yml", problems->front());
    return std::holds_alternative<Config>(loaded) ? std::get<Config>(loaded) : Config{};
  }

  TempFolder folder_;
};

TEST_F(ConfigFile, WhatIsLeftOutIsTheDefault) {
  const Config config = config_in(minimal());
  ASSERT_EQ(config.households.size(), 1U);
  const Household& home = config.households[0];
  EXPECT_EQ(home.name, "home");
  EXPECT_EQ(home.source, SourceKind::taara);
  EXPECT_EQ(home.url, "https://share.taara.company");
  EXPECT_EQ(home.ca_file, std::nullopt);
  EXPECT_EQ(home.account.country_code, "254");
  EXPECT_EQ(home.account.phone, "700000001");
  EXPECT_EQ(home.account.partner_id, "partner");
  EXPECT_EQ(home.account.hotspot_id, "hotspot");
  EXPECT_EQ(home.account.secret_file, folder_.path("home.passcode"));
  ASSERT_NE(home.zone, nullptr);
  EXPECT_EQ(home.zone->name(), "Africa/Nairobi");
  EXPECT_EQ(home.plan.allocation, kTerabyte);
  EXPECT_EQ(home.plan.length, days(30));
  EXPECT_EQ(home.digest, (Digest{.hour = 7, .weekday = 1}));
  EXPECT_EQ(home.speed_bits_per_second, 100'000'000);
  EXPECT_EQ(config.polling.interval, seconds(600));
  EXPECT_EQ(config.store.path, "/var/lib/taara");
  EXPECT_EQ(config.listen, (std::vector<ListenAddress>{{"127.0.0.1", 10077}}));
  EXPECT_EQ(config.grafana_url, std::nullopt);
  EXPECT_EQ(config.peers, std::nullopt);
}

TEST_F(ConfigFile, EverythingThatIsSaidIsTaken) {
  const Config config = config_in(source_file("tests/fixtures/config/good-many.yml"));
  ASSERT_EQ(config.households.size(), 2U);
  const Household& home = config.households[0];
  EXPECT_EQ(home.url, "http://127.0.0.1:8080/r/1");
  EXPECT_EQ(home.account.country_code, "49");
  EXPECT_EQ(home.account.phone, "0700000001");
  EXPECT_EQ(home.zone->name(), "Asia/Kathmandu");
  EXPECT_EQ(home.plan.allocation, std::nullopt);
  EXPECT_EQ(home.plan.length, days(366));
  EXPECT_EQ(home.thresholds.used, 0.5);
  EXPECT_EQ(home.thresholds.today, 2.0);
  EXPECT_EQ(home.thresholds.crossing, 0.99);
  EXPECT_EQ(home.digest, (Digest{.hour = 0, .weekday = 0}));
  EXPECT_EQ(home.speed_bits_per_second, 2'500'000'000);
  const Household& cottage = config.households[1];
  EXPECT_EQ(cottage.source, SourceKind::router);
  EXPECT_EQ(cottage.url, "http://[fd00::1]");
  EXPECT_EQ(cottage.account.username, "family");
  EXPECT_EQ(cottage.account.secret_file, folder_.path("cottage.password"));
  EXPECT_EQ(config.polling.interval, seconds(90));
  EXPECT_EQ(config.polling.min_interval, seconds(60));
  EXPECT_EQ(config.polling.connect_timeout, seconds(5));
  EXPECT_EQ(config.polling.timeout, seconds(20));
  EXPECT_EQ(config.store.path, folder_.path("state"));
  EXPECT_EQ(config.store.readings, days(90));
  EXPECT_EQ(config.store.days, days(3660));
  EXPECT_EQ(config.store.raw, days(1));
  EXPECT_EQ(config.listen, (std::vector<ListenAddress>{{"127.0.0.1", 0}, {"::1", 9100}}));
  EXPECT_EQ(config.grafana_url, "http://grafana.example:3000/taara");
  EXPECT_EQ(config.peers,
            (std::vector<Peer>{{"10.0.0.7:10077", {}},
                               {"[fd00:0000:0000:0000:0000:0000:0000:0007]:10077", {}},
                               {"taara-8.example.net:443", {{"region", "côte ouest"}, {"town", "Voi"}}}}));
  EXPECT_EQ(config.log_level, LogLevel::debug);
  EXPECT_EQ(config.log_format, LogFormat::json);
}

TEST_F(ConfigFile, AMappingReplacesFieldByFieldAndTakesAwayWithATilde) {
  const Config config = config_in(source_file("tests/fixtures/config/good-router.yml"));
  ASSERT_EQ(config.households.size(), 1U);
  const Household& cottage = config.households[0];
  EXPECT_EQ(cottage.url, "http://10.0.0.1:8080/r/1");
  ASSERT_TRUE(cottage.mapping.used);
  EXPECT_EQ(cottage.mapping.used->pointer, "/a~1b/0");
  EXPECT_EQ(cottage.mapping.used->unit, Unit::automatic);
  EXPECT_FALSE(cottage.mapping.remaining);
  ASSERT_TRUE(cottage.mapping.allocated);
  EXPECT_EQ(cottage.mapping.allocated->pointer, "/total_allocated_mb");
  EXPECT_EQ(cottage.mapping.expires_pointer, "/ends");
}

TEST_F(ConfigFile, F09_EveryDayOfTheMonthAndUnlimitedHaveAMeaning) {
  const Config config = config_in(source_file("tests/fixtures/config/good-router.yml"));
  ASSERT_EQ(config.households.size(), 1U);
  const Plan& plan = config.households[0].plan;
  EXPECT_EQ(plan.cycle, CycleKind::monthly);
  EXPECT_EQ(plan.day, 31U);
  EXPECT_EQ(plan.at, std::chrono::minutes(23 * 60 + 59));
  EXPECT_EQ(plan.allocation, Bytes{std::int64_t{1} << 40});
}

TEST_F(ConfigFile, TheExampleForOperatorsIsGoodAndShowsTheDefaults) {
  std::string text = source_file("docs/operator/taara.example.yml");
  for (auto at = text.find("/etc/taara/"); at != std::string::npos; at = text.find("/etc/taara/", at + 1))
    if (text.compare(at, 20, "/etc/taara/taara.yml") != 0) text.replace(at, 11, "./");
  const Config config = config_in(text);
  ASSERT_EQ(config.households.size(), 2U);
  const Config fallback;
  EXPECT_EQ(config.polling.interval, fallback.polling.interval);
  EXPECT_EQ(config.polling.timeout, fallback.polling.timeout);
  EXPECT_EQ(config.store.readings, fallback.store.readings);
  EXPECT_EQ(config.store.days, fallback.store.days);
  EXPECT_EQ(config.store.raw, fallback.store.raw);
  EXPECT_EQ(config.listen, fallback.listen);
  EXPECT_EQ(config.households[0].thresholds.used, Thresholds{}.used);
  EXPECT_EQ(config.households[0].digest, Digest{});
  EXPECT_EQ(config.households[0].speed_bits_per_second, Household{}.speed_bits_per_second);
  EXPECT_EQ(config.households[1].mapping.used->pointer, Mapping{}.used->pointer);
}

TEST_F(ConfigFile, F01_AFileThatIsNotThereIsInvalidAndNamed) {
  const auto problems = problems_of(folder_.path("absent.yml"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].fault, ConfigFault::invalid);
  EXPECT_EQ(problems[0].text, "\"" + folder_.path("absent.yml") +
                                  "\" cannot be found: No such file or directory; name the configuration with "
                                  "--config.file");
}

TEST_F(ConfigFile, F01_ADirectoryAFifoAndADeviceAreRefusedWithoutWaiting) {
  const std::string fifo = folder_.path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  for (const auto& [path, kind] : std::vector<std::pair<std::string, std::string>>{
           {folder_.path(), "a directory"}, {fifo, "a FIFO"}, {"/dev/zero", "a device"}}) {
    const auto problems = problems_of(path);
    ASSERT_EQ(problems.size(), 1U) << path;
    EXPECT_NE(problems[0].text.find("is " + kind), std::string::npos) << problems[0].text;
  }
}

TEST_F(ConfigFile, F01_AFileThatWeMayNotReadIsAPermissionProblem) {
  const std::string path = folder_.file("c.yml", minimal(), 0000);
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  const pid_t child = ::fork();  // root may read everything, so it becomes somebody else
  if (child == 0) {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
    const auto problems = problems_of(path);
    ::_exit(problems.size() == 1 && problems[0].fault == ConfigFault::permission ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_F(ConfigFile, F01_SixtyFourKibibytesAreAllowedAndNotOneByteMore) {
  std::string text = minimal();
  text += "#" + std::string(65536 - text.size() - 1, 'x');
  EXPECT_TRUE(problems_in(text).empty());
  const auto problems = problems_in(text + "x");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].text, "has 65537 bytes; allowed: 64 KiB, and 2 KiB for each household after the first");
}

TEST_F(ConfigFile, ManyHouseholdsFitIntoOneFile) {
  std::string text = "households:\n";
  for (int i = 0; i < 600; ++i)
    text += "  - name: h" + std::to_string(i) + std::string(kHousehold).substr(kHousehold.find('\n'));
  ASSERT_GT(text.size(), 65536U);
  EXPECT_EQ(config_in(text).households.size(), 600U);
}

TEST_F(ConfigFile, F01_HugeFilesAreNotReadToTheirEnd) {
  const std::string path = folder_.file("c.yml", "# ");
  std::filesystem::resize_file(path, 40'000'000);  // sparse
  const auto problems = problems_of(path);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].text, "has more than 32 MiB; that is no configuration");
}

TEST_F(ConfigFile, F08_AFileThatEverybodyCanChangeIsAPermissionProblem) {
  const auto problems = problems_of(folder_.file("c.yml", minimal(), 0646));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].fault, ConfigFault::permission);
  EXPECT_EQ(problems[0].text,
            "can be changed by every user (mode 0646) and names secrets; take that away: chmod o-w FILE");
}

TEST_F(ConfigFile, F08_AFileOfAnotherUserIsAPermissionProblem) {
  const std::string path = folder_.file("c.yml", minimal(), 0644);
  if (::chown(path.c_str(), 4711, 0) != 0) GTEST_SKIP() << "only root can give a file away";
  const auto problems = problems_of(path);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].fault, ConfigFault::permission);
  EXPECT_NE(problems[0].text.find("belongs to another user (uid 4711)"), std::string::npos);
}

TEST_F(ConfigFile, F08_AFileReadableForAllIsFine) {
  const auto loaded = load_config(folder_.file("c.yml", minimal(), 0644));
  EXPECT_TRUE(std::holds_alternative<Config>(loaded));
}

TEST_F(ConfigFile, AFileBehindASymbolicLinkIsFineAndSecretsStartAtTheLink) {
  const std::string real = folder_.file("real.yml", minimal());
  std::filesystem::create_symlink(real, folder_.path("link.yml"));
  EXPECT_TRUE(std::holds_alternative<Config>(load_config(folder_.path("link.yml"))));
}

TEST_F(ConfigFile, S01_S02_SecretsAreLookedAtAndTheirKindIsTold) {
  std::filesystem::remove(folder_.path("home.passcode"));
  auto problems = problems_in(minimal());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].fault, ConfigFault::permission);
  EXPECT_EQ(problems[0].key, "households[0].account.passcode_file");
  folder_.file("home.passcode", "1234\n", 0640);
  problems = problems_in(minimal());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].fault, ConfigFault::permission);
  folder_.file("home.passcode", "12\n34\n");
  problems = problems_in(minimal());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].fault, ConfigFault::invalid);
}

TEST_F(ConfigFile, F02_NoTruncatedOrDamagedFileDoesHarm) {
  const std::string text = source_file("tests/fixtures/config/good-many.yml");
  for (std::size_t length = 0; length < text.size(); length += 29)
    (void)load_config(folder_.file("c.yml", text.substr(0, length)));
  constexpr std::string_view kDamage("[{\"':-&*!?|>%@#,\n\0\xFF", 19);
  for (std::size_t at = 0, which = 0; at < text.size(); at += 7, ++which) {
    std::string damaged = text;
    damaged[at] = kDamage[which % kDamage.size()];
    (void)load_config(folder_.file("c.yml", damaged));
  }
}

TEST_F(ConfigFile, F02_FloodsOfProblemsAreCutShort) {
  std::string text = minimal() + "log:\n";
  for (int i = 0; i < 3000; ++i) text += "  k" + std::to_string(i) + ": 1\n";
  const auto problems = problems_in(text);
  ASSERT_EQ(problems.size(), 1001U);
  EXPECT_EQ(problems.back().text, "there are more problems; these are the first 1000");
}

TEST_F(ConfigFile, F02_BracketsByTheThousandAreRefusedAtOnce) {
  for (const auto* piece : {"[", "{a: ", "- ", "? ", "\"", "&a ", "[[],"}) {
    std::string text = "households: ";
    while (text.size() < 60'000) text += piece;
    EXPECT_FALSE(problems_in(text).empty()) << piece;
  }
}

}  // namespace
}  // namespace taara
