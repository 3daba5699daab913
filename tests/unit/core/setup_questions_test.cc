// SPDX-License-Identifier: Apache-2.0
#include "core/setup_questions.h"

#include <gtest/gtest.h>

#include <set>

#include "core/setup_files.h"
#include "io/time_zones.h"

namespace taara {
namespace {

SetupWorld world(std::string system_zone = "Europe/Berlin") {
  return {{"/etc/taara", time_zone_named, time_zone_names, {}, {}, {}}, std::move(system_zone), {}, {}};
}

// Takes what is proposed, or `answers`, until all is said; the ids in the order in which they were asked.
std::vector<std::string> walk(SetupAnswers& answers, const std::map<std::string, std::string>& given) {
  std::vector<std::string> asked;
  while (const SetupQuestion* question = next_question(answers)) {
    asked.emplace_back(question->id);
    if (asked.size() > 100) break;
    if (question->asked != Asked::text) {
      answers.settle_secret(question->id);
      continue;
    }
    const auto found = given.find(asked.back());
    const std::string answer = found == given.end() ? offered(*question, answers, world()) : found->second;
    const auto checked = check_answer(*question, answer, answers, world());
    EXPECT_TRUE(checked.has_value()) << asked.back() << ": " << checked.error().what;
    if (!checked) break;
    settle_answer(*question, *checked, answers);
  }
  return asked;
}

std::map<std::string, std::string> cloud_answers() {
  return {{"phone", "700000001"},
          {"hotspot_id", "hotspot-1"},
          {"partner_id", "partner-1"},
          {"mail_to", "mama@example.org"}};
}

SetupAnswers cloud_by_plan() {
  SetupAnswers answers;
  answers.settle("source", "taara");
  answers.settle("cycle", "plan");
  return answers;
}

std::string fault(std::string_view id, std::string_view answer, const SetupAnswers& answers = cloud_by_plan()) {
  const auto checked = check_answer(setup_question(id), answer, answers, world());
  return checked.has_error() ? checked.error().what : "taken as " + *checked;
}

TEST(SetupQuestions, ACloudLineWithMailIsAskedInOrder) {
  SetupAnswers answers;
  EXPECT_EQ(walk(answers, cloud_answers()),
            (std::vector<std::string>{
                "source",        "household",   "url",      "country_code", "phone",     "hotspot_id",  "partner_id",
                "passcode",      "timezone",    "try_line", "allocation",   "cycle",     "length",      "used",
                "today",         "crossing",    "channel",  "mail_to",      "mail_from", "mail_server", "mail_user",
                "mail_password", "try_message", "quiet",    "quiet_zone",   "dashboard"}));
  EXPECT_EQ(answers.said("url"), "https://share.taara.company");
  EXPECT_EQ(answers.said("timezone"), "Europe/Berlin");
  EXPECT_EQ(answers.said("mail_from"), "mama@example.org");
  EXPECT_EQ(answers.said("mail_server"), "smtp.example.org:587");
}

TEST(SetupQuestions, ARouterWithoutMessagesIsAskedLess) {
  SetupAnswers answers;
  EXPECT_EQ(
      walk(answers, {{"source", "router"}, {"username", "family"}, {"allocation", "unlimited"}, {"channel", "none"}}),
      (std::vector<std::string>{"source", "household", "url", "username", "password", "timezone", "try_line",
                                "allocation", "cycle", "day", "channel"}));
  EXPECT_EQ(answers.said("cycle"), "monthly");
}

TEST(SetupQuestions, EachIsExplainedAndItsIdIsItsOwn) {
  std::set<std::string_view> ids;
  for (const SetupQuestion& question : setup_questions()) {
    EXPECT_TRUE(ids.insert(question.id).second) << question.id;
    EXPECT_FALSE(question.prompt.empty()) << question.id;
    EXPECT_FALSE(question.purpose.empty()) << question.id;
    // A secret's question mark is a character of the secret.
    EXPECT_EQ(question.more.empty(), question.asked == Asked::secret) << question.id;
  }
}

TEST(SetupQuestions, TheConfigurationsOwnReaderJudges) {
  EXPECT_EQ(fault("source", "cable"), "found \"cable\"; allowed: taara or router");
  EXPECT_EQ(fault("household", "My home"), "found \"My home\"; allowed: 1 to 63 of a-z, 0-9, _ and -");
  EXPECT_NE(fault("url", "http://share.taara.company").find("found http, which"), std::string::npos);
  EXPECT_NE(fault("timezone", "Africa/Nairobbi").find("did you mean Africa/Nairobi?"), std::string::npos);
  EXPECT_NE(fault("timezone", "EST").find("with a slash"), std::string::npos);
  EXPECT_NE(fault("quiet_zone", "Africa/Nowhere").find("time zone"), std::string::npos);
  EXPECT_NE(fault("allocation", "1000").find("found \"1000\""), std::string::npos);
  EXPECT_EQ(fault("length", "30"), "found \"30\"; allowed: whole days from 1d to 366d, such as 30d");
  EXPECT_EQ(fault("used", "75"), "found \"75\"; allowed: 1% to 100%, such as 75% or 0.75");
  SetupAnswers monthly;
  monthly.settle("cycle", "monthly");
  EXPECT_NE(fault("day", "32", monthly).find("1 to 31"), std::string::npos);
  // What is personal is not repeated.
  EXPECT_EQ(fault("phone", "12a").find("12a"), std::string::npos);
  EXPECT_NE(fault("phone", "12a").find("4 to 15 digits"), std::string::npos);
}

TEST(SetupQuestions, AnswersAreTakenInTheirKeptForm) {
  EXPECT_EQ(fault("household", "  home "), "taken as home");
  EXPECT_EQ(fault("channel", "mail"), "taken as email");
  EXPECT_EQ(fault("mail_to", "a@b.org c@d.org"), "taken as a@b.org, c@d.org");
  EXPECT_EQ(fault("quiet", "21:30 - 6:30"),
            "found \"21:30 - 6:30\"; allowed: two different times such as 21:30-06:30, or none");
  EXPECT_EQ(fault("quiet", "21:30 - 06:30"), "taken as 21:30-06:30");
  EXPECT_EQ(fault("try_line", "y"), "taken as yes");
  EXPECT_EQ(fault("phone", ""), "found nothing, but it is needed");
  EXPECT_NE(fault("household", "ho\x1b[Ame").find("control character"), std::string::npos);
  EXPECT_NE(fault("mail_user", "a{{b").find("without {{"), std::string::npos);
}

TEST(SetupQuestions, NothingOfASecretIsRepeated) {
  for (const SetupQuestion& question : setup_questions()) {
    if (question.asked != Asked::secret) continue;
    for (const std::string& bad : {std::string(), std::string("canary\x01"), "canary" + std::string(2000, 'x')}) {
      const auto checked = check_secret_answer(question, bad);
      ASSERT_TRUE(checked.has_error()) << question.id;
      EXPECT_EQ(checked.error().what.find("canary"), std::string::npos);
    }
  }
  const auto topic = check_secret_answer(setup_question("ntfy_url"), "https://ntfy.sh/canary/too/much");
  ASSERT_TRUE(topic.has_error());
  EXPECT_EQ(topic.error().what.find("canary"), std::string::npos);
  EXPECT_TRUE(check_secret_answer(setup_question("mail_password"), " canary").has_error());
  EXPECT_TRUE(check_secret_answer(setup_question("passcode"), "quit").has_value());
}

TEST(SetupQuestions, AZoneThatTheSystemDoesNotKnowIsNotProposed) {
  for (const auto* zone : {"", "EST", "No/Where"})
    EXPECT_EQ(offered(setup_question("timezone"), {}, world(zone)), "Africa/Nairobi") << zone;
}

TEST(SetupQuestions, WhatTheLineToldIsProposed) {
  auto tried = world();
  for (const auto& [bytes, text] : {std::pair(1'099'511'627'776L, "1 TiB"), std::pair(1'000'000'000'000, "1 TB"),
                                    std::pair(500'000'000'000L, "500 GB"), std::pair(1234567L, "1234567 B")}) {
    tried.allocation = Bytes{bytes};
    EXPECT_EQ(offered(setup_question("allocation"), {}, tried), text);
    EXPECT_EQ(fault("allocation", text), "taken as " + std::string(text));
  }
}

TEST(SetupQuestions, AnotherSourceForgetsTheOldOnesAddress) {
  SetupAnswers answers;
  (void)walk(answers, cloud_answers());
  answers.reopen("source");
  settle_answer(setup_question("source"), "router", answers);
  EXPECT_EQ(next_question(answers)->id, "url");
  EXPECT_EQ(offered(setup_question("url"), answers, world()), "http://192.168.88.1");
}

TEST(SetupQuestions, WhatIsReopenedIsOfferedAndTriedAgain) {
  SetupAnswers answers;
  (void)walk(answers, cloud_answers());
  reopen_question(setup_question("phone"), answers);
  EXPECT_EQ(offered(setup_question("phone"), answers, world()), "700000001");
  EXPECT_EQ(next_question(answers)->id, "phone");
  settle_answer(setup_question("phone"), "700000002", answers);
  EXPECT_EQ(next_question(answers)->id, "try_line");
  answers.settle_secret("try_line");
  EXPECT_EQ(next_question(answers), nullptr);
  reopen_part(SetupPart::plan, answers);
  EXPECT_EQ(next_question(answers)->id, "allocation");
}

TEST(SetupDraft, BringsBackWhatWasSaidAndAsksSecretsAgain) {
  SetupAnswers answers;
  (void)walk(answers, cloud_answers());
  SetupAnswers again = answers_of_draft(answers.draft(), world());
  EXPECT_EQ(walk(again, {}), (std::vector<std::string>{"passcode", "try_line", "mail_password", "try_message"}));
  EXPECT_EQ(config_text(again, "./store"), config_text(answers, "./store"));
  EXPECT_EQ(owner_text(again), owner_text(answers));
}

TEST(SetupDraft, WhatDoesNotFitIsDropped) {
  ConfigNode draft;
  for (const auto& [id, text] :
       {std::pair("source", "taara"), std::pair("household", "Not a name"), std::pair("username", "of another source"),
        std::pair("passcode", "canary"), std::pair("unknown", "x"), std::pair("mapping_used", "MB /x")})
    child(draft, id) = text_node(text);
  const SetupAnswers answers = answers_of_draft(draft, world());
  EXPECT_EQ(answers.settled(), 1U);
  EXPECT_EQ(answers.said("source"), "taara");
  EXPECT_EQ(answers_of_draft(text_node("no map"), world()).settled(), 0U);
}

TEST(SetupFiles, ARoutersMappingIsWrittenAndKept) {
  SetupAnswers answers;
  (void)walk(answers, {{"source", "router"}, {"username", "family"}, {"channel", "none"}});
  Mapping mapping;
  mapping.used = MappedField{"/data/used up", Unit::automatic};
  mapping.remaining.reset();
  mapping.allocated = MappedField{"/data/all", Unit::GB};
  mapping.expires_pointer = "/data/end";
  settle_mapping(mapping, answers);
  for (const SetupAnswers& one : {answers, answers_of_draft(answers.draft(), world())}) {
    const auto read = household_of(one, world().surroundings);
    ASSERT_TRUE(std::holds_alternative<Household>(read));
    EXPECT_EQ(std::get<Household>(read).mapping, mapping);
  }
  EXPECT_FALSE(owner_text(answers));
}

TEST(SetupFiles, SecretsAreNamedNeverHeld) {
  SetupAnswers answers;
  (void)walk(answers, cloud_answers());
  std::vector<std::string> files;
  for (const auto& secret : secrets_of(answers)) files.push_back(secret.file);
  EXPECT_EQ(files, (std::vector<std::string>{"home.passcode", "smtp.password"}));
  EXPECT_NE(config_text(answers, "./store").find("passcode_file: ./home.passcode"), std::string::npos);
  EXPECT_NE(owner_text(answers)->find("password_file: smtp.password"), std::string::npos);
  EXPECT_EQ(owner_text(answers)->find("require_tls"), std::string::npos);
  answers.settle("mail_server", "127.0.0.1:25");
  EXPECT_NE(owner_text(answers)->find("require_tls: \"false\""), std::string::npos);
}

}  // namespace
}  // namespace taara
