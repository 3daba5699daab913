// SPDX-License-Identifier: Apache-2.0
#include "io/store_schema.h"

#include "store_fixture.h"

namespace taara {
namespace {

class StoreSchema : public ::testing::Test {
 protected:
  StoreSchema() { write_file(path_, ""); }
  Connection open() {
    auto opened = Connection::open(path_, Connection::Mode::read_write);
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }
  static std::int64_t number(Connection& database, const char* sql) {
    auto found = database.integer(sql);
    return found ? *found : -1;
  }

  TempDirectory temp_;
  std::string path_ = temp_.path() + "/file.db";
};

TEST_F(StoreSchema, StepsAreAppliedFromTheFilesVersionOn) {
  Connection database = open();
  const std::array<const char*, 1> first{"CREATE TABLE a(x); INSERT INTO a VALUES(1)"};
  ASSERT_TRUE(migrate(database, first));
  EXPECT_EQ(number(database, "PRAGMA user_version"), 1);
  const std::array<const char*, 3> later{first[0], "CREATE TABLE b(x); INSERT INTO b SELECT x+1 FROM a",
                                         "INSERT INTO b VALUES(9)"};
  ASSERT_TRUE(migrate(database, later));
  EXPECT_EQ(number(database, "PRAGMA user_version"), 3);
  EXPECT_EQ(number(database, "SELECT count(*) FROM a"), 1) << "the first step ran once";
  EXPECT_EQ(number(database, "SELECT sum(x) FROM b"), 11);
  ASSERT_TRUE(migrate(database, later));
  EXPECT_EQ(number(database, "SELECT sum(x) FROM b"), 11) << "nothing is left to do";
}

TEST_F(StoreSchema, AFailingStepRollsEverythingBack) {
  Connection database = open();
  const std::array<const char*, 1> first{"CREATE TABLE a(x)"};
  ASSERT_TRUE(migrate(database, first));
  const std::array<const char*, 3> bad{first[0], "CREATE TABLE b(x); INSERT INTO a VALUES(1)",
                                       "INSERT INTO none VALUES(1)"};
  auto done = migrate(database, bad);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().what.find("version 3"), std::string::npos) << done.error().what;
  EXPECT_EQ(number(database, "PRAGMA user_version"), 1);
  EXPECT_EQ(number(database, "SELECT count(*) FROM sqlite_schema"), 1);
  EXPECT_EQ(number(database, "SELECT count(*) FROM a"), 0);
  const std::array<const char*, 2> good{first[0], "CREATE TABLE b(x)"};
  EXPECT_TRUE(migrate(database, good));
}

TEST_F(StoreSchema, D22_AVersionFromTheFutureIsRefused) {
  Connection database = open();
  const std::array<const char*, 2> two{"CREATE TABLE a(x)", "CREATE TABLE b(x)"};
  ASSERT_TRUE(migrate(database, two));
  auto done = migrate(database, std::span(two).first(1));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::newer_schema);
  EXPECT_EQ(number(database, "PRAGMA user_version"), 2);
}

TEST_F(StoreSchema, AFlippedVersionNumberIsDamageNotTheFuture) {
  Connection database = open();
  ASSERT_TRUE(migrate(database, schema_steps()));
  ASSERT_TRUE(database.run("PRAGMA user_version=5"));
  auto done = migrate(database, schema_steps());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::corrupt);
}

TEST_F(StoreSchema, EveryTableOfASalvageExistsWithItsColumns) {
  Connection database = open();
  ASSERT_TRUE(migrate(database, schema_steps()));
  for (const Table& table : store_tables()) {
    const std::string name = table.name;
    EXPECT_TRUE(database.prepare(std::string("SELECT ") + table.id + ", " + table.columns + " FROM " + name)) << name;
    const auto all = number(database, ("SELECT count(*) FROM pragma_table_info('" + name + "')").c_str());
    EXPECT_EQ(all, table.column_count + (std::string_view(table.id) == "id" ? 1 : 0)) << name;
    EXPECT_TRUE(std::string_view(table.columns).starts_with("household,")) << name;
  }
  EXPECT_EQ(number(database, "SELECT count(*) FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%'"),
            static_cast<std::int64_t>(store_tables().size()) + 2)
      << "all but store and households";
}

TEST_F(StoreSchema, WritingIsDurableAndDeletingErases) {
  Connection database = open();
  ASSERT_TRUE(set_up_for_writing(database));
  EXPECT_EQ(*database.text("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(number(database, "PRAGMA synchronous"), 2);
  EXPECT_EQ(number(database, "PRAGMA foreign_keys"), 1);
  EXPECT_EQ(number(database, "PRAGMA secure_delete"), 1);
  EXPECT_EQ(number(database, "PRAGMA mmap_size"), 0);
  EXPECT_EQ(number(database, "PRAGMA cache_size"), -256);
}

}  // namespace
}  // namespace taara
