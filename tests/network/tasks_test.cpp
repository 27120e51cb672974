// SPDX-License-Identifier: MIT
// Heads chosen by name, number and track on networks read from files.
#include <gtest/gtest.h>

#include "inference/scorer.hpp"
#include "readers/read_network.hpp"
#include "support/keras_support.hpp"

namespace shoal {
namespace {

using namespace inference;
using namespace network;
using namespace readers;
using test::data;
using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

class Tasks : public testing::Test {
 protected:
  std::string name_of(Task const& task) const { return network_->nodes[static_cast<std::size_t>(task.node)].name; }
  std::string error(std::string const& head) const {
    return error_of(ErrorCode::config, [&] { select_tasks(*network_, {{head}, false}); });
  }
  std::shared_ptr<Network const> network_ = read_network(data("keras/keras3_functional.h5"));
};

TEST_F(Tasks, EveryOutputIsTheDefault) {
  auto const tasks = select_tasks(*network_, {});
  ASSERT_EQ(tasks.size(), 4u);
  EXPECT_EQ(tasks[0].name, "many:0");
  EXPECT_EQ(tasks[2].name, "many:2");
  EXPECT_EQ(tasks[2].track, 2);
  EXPECT_EQ(name_of(tasks[2]), "many/sigmoid");
  EXPECT_EQ(tasks[3].name, "one");
  EXPECT_EQ(tasks[3].track, 0);
}

TEST_F(Tasks, LogitIsTheValueBeforeTheLastActivation) {
  auto const tasks = select_tasks(*network_, {{"many:1", "one"}, true});
  ASSERT_EQ(tasks.size(), 2u);
  EXPECT_EQ(tasks[0].name, "many:1");
  EXPECT_EQ(name_of(tasks[0]), "many");
  EXPECT_EQ(name_of(tasks[1]), "one");
}

TEST_F(Tasks, LogitStepsOverDropout) {
  auto const tasks = select_tasks(*network_, {{"global_mean"}, true});
  EXPECT_EQ(name_of(tasks[0]), "global_mean");
  auto const after = read_network(data("keras/keras3_sequential.h5"));
  auto const logit = select_tasks(*after, {{"0"}, true});
  EXPECT_EQ(after->nodes[static_cast<std::size_t>(logit[0].node)].name, "d");
  EXPECT_EQ(logit[0].name, "d");
}

TEST_F(Tasks, HiddenLayersAreHeadsToo) {
  EXPECT_EQ(select_tasks(*network_, {{"flat"}, false}).size(), 14u);
  EXPECT_EQ(select_tasks(*network_, {{"flat:13"}, false})[0].track, 13);
}

TEST_F(Tasks, ErrorsNameTheHeadAndTheKnownOnes) {
  EXPECT_THAT(error("nope"),
              AllOf(HasSubstr("no head 'nope'"), HasSubstr("outputs are many (0), one (1)"), HasSubstr("pointwise")));
  for (std::string const bad : {"2", "-1", "0:x", "", ":1", "many:"}) EXPECT_THAT(error(bad), HasSubstr("no head"));
  EXPECT_THAT(error("0:-1"), HasSubstr("no track -1"));
  EXPECT_THAT(error("many:3"), HasSubstr("no track 3: its tracks are 0 to 2"));
  EXPECT_THAT(error("pointwise"), AllOf(HasSubstr("profile of 2 positions and 7 tracks"), HasSubstr("--reduce")));
  EXPECT_THAT(error_of(ErrorCode::config,
                       [&] {
                         select_tasks(*network_, {{"one", "1"}, false});
                       }),
              HasSubstr("'one' of"));
}

}  // namespace
}  // namespace shoal
