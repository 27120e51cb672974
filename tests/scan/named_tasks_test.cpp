// SPDX-License-Identifier: MIT
#include "scan/named_tasks.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "scan/linear_network.hpp"
#include "scan/provenance.hpp"

namespace shoal::scan {
namespace {

using testing::HasSubstr;

std::vector<NamedNetwork> networks() {
  auto const network = test::linear_network(network::Activation::linear, 1.0);
  return {{"a", network}, {"a:b", network}};
}

std::string refusal(std::vector<std::string> const& texts) {
  auto named = networks();
  try {
    name_tasks(texts, named);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    return error.what();
  }
  return "";
}

TEST(NamedTasks, GiveHeadsOfSeveralNetworksOneName) {
  ScanOptions options;
  options.networks = networks();
  name_tasks({"open = a:out:1, a:b:out:0", "shut=a:0:0"}, options.networks);
  auto const first = tasks_of(options.networks[0], {});
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].name, "open");
  EXPECT_EQ(first[0].track, 1);
  EXPECT_EQ(first[1].name, "shut");
  EXPECT_EQ(first[1].track, 0);
  auto const second = tasks_of(options.networks[1], {});
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].name, "open");
  auto const schema = make_schema(options, make_methods(options), 3, test::length);
  EXPECT_EQ(schema.models[0].tasks[1].name, "shut");
  EXPECT_EQ(schema.models[1].tasks[0].name, "open");
  auto const provenance = make_provenance(options, "loci");
  EXPECT_EQ(value_of(provenance, "model.a.heads"), "open=out:1,shut=0:0");
  EXPECT_EQ(value_of(provenance, "model.a.tasks"), "open,shut");
}

TEST(NamedTasks, WithoutThemTheSelectionCounts) {
  auto named = networks();
  name_tasks({}, named);
  EXPECT_EQ(tasks_of(named[0], {.heads = {"out:1"}}).size(), 1u);
}

TEST(NamedTasks, AreRefusedWithTheReason) {
  EXPECT_THAT(refusal({"a:0"}), HasSubstr("it gives no name"));
  EXPECT_THAT(refusal({"=a:0"}), HasSubstr("it gives no name"));
  EXPECT_THAT(refusal({"x=c:0"}), HasSubstr("'c:0' names none of the networks a, a:b"));
  EXPECT_THAT(refusal({"x=a:0,"}), HasSubstr("'' names none"));
  EXPECT_THAT(refusal({"x=a:"}), HasSubstr("names no head"));
  EXPECT_THAT(refusal({"x=a:0:0,a:0:1"}), HasSubstr("it lists a twice"));
  EXPECT_THAT(refusal({"x=a:0:0,a:b:0:0", "x=a:0:1"}), HasSubstr("there are two tasks 'x'"));
  EXPECT_THAT(refusal({"x=a:0:0"}), HasSubstr("the network a:b has no task"));
  auto named = networks();
  name_tasks({"x=a:0,a:b:0:0"}, named);
  EXPECT_THROW(tasks_of(named[0], {}), Error) << "a head of two tracks";
}

}  // namespace
}  // namespace shoal::scan
