// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <tuple>

#include "app/options/scan_arguments.hpp"
#include "base/error.hpp"

namespace shoal::app {
namespace {

using testing::HasSubstr;

template <class Arguments>
Arguments parsed(std::vector<std::string> const& words) {
  Arguments arguments;
  CommandTable table{.name = "try", .summary = "", .positional = "", .options = {}};
  arguments.add_to(table.options);
  parse_command_line(table, words);
  return arguments;
}

template <class Function>
std::string message_of(Function const& function) {
  try {
    function();
  } catch (Error const& error) {
    EXPECT_EQ(exit_status(error.code()), 2);
    return error.what();
  }
  return "no error";
}

TEST(LibraryArguments, DefaultsAreTheDesigns) {
  auto const design = parsed<LibraryArguments>({}).resolved();
  EXPECT_EQ(design.mutants, 20000);
  EXPECT_EQ(design.rate, 0.1);
  EXPECT_EQ(design.law, library::MutationLaw::poisson);
  EXPECT_EQ(design.window_start, 0);
  EXPECT_EQ(design.window_stop, -1);
}

TEST(LibraryArguments, WindowIsTwoNumbers) {
  auto const design = parsed<LibraryArguments>({"--window", "5:20"}).resolved();
  EXPECT_EQ(design.window_start, 5);
  EXPECT_EQ(design.window_stop, 20);
  for (char const* text : {"5", "5:", ":5", "5:x", "5:6:7", ""}) {
    EXPECT_THAT(message_of([&] { parsed<LibraryArguments>({std::string("--window=") + text}).resolved(); }),
                testing::AnyOf(HasSubstr("--window"), HasSubstr("'window'")));
  }
}

TEST(LibraryArguments, ANegativeSeedIsRefused) {
  EXPECT_THAT(message_of([] { parsed<LibraryArguments>({"--seed=-1"}).resolved(); }), HasSubstr("--seed -1"));
}

std::vector<double> parsed_lambdas(std::string const& text) {
  std::vector<double> lambdas;
  CommandTable table{.name = "try", .summary = "", .positional = "", .options = {}};
  table.options.add(lambdas_row(lambdas));
  parse_command_line(table, {"--lambdas", text});
  return lambdas;
}

TEST(LambdasRow, LambdasAreAListOfNumbers) {
  EXPECT_THAT(parsed_lambdas("1, 2.5,1e3"), testing::ElementsAre(1, 2.5, 1000));
  EXPECT_THAT(message_of([] { parsed_lambdas("1,,2"); }), HasSubstr("--lambdas"));
  EXPECT_THAT(message_of([] { parsed_lambdas("1,two"); }), HasSubstr("'two'"));
}

TEST(LociArguments, ChoicesAreChecked) {
  EXPECT_EQ(parsed<LociArguments>({"--anchor", "summit"}).loci.anchor, genome::Anchor::summit);
  EXPECT_EQ(parsed<LociArguments>({"--edge", "skip"}).loci.edge, genome::EdgePolicy::skip);
  EXPECT_FALSE(parsed<LociArguments>({"--fasta-coordinates", "off"}).loci.fasta_coordinates);
  EXPECT_TRUE(parsed<LociArguments>({}).loci.fasta_coordinates);
  EXPECT_EQ(message_of([] {
              parsed<LociArguments>({"--anchor", "middle"});
            }),
            "--anchor 'middle': choose midpoint or summit");
  EXPECT_THAT(message_of([] { parsed<LociArguments>({"--edge", "wrap"}); }), HasSubstr("--edge 'wrap'"));
  EXPECT_THAT(message_of([] { parsed<LociArguments>({"--length=-4"}); }), HasSubstr("--length -4"));
}

TEST(NetworkArguments, AGraphNeedsItsWeightsAndWeightsAGraph) {
  EXPECT_THAT(message_of([] { parsed<NetworkArguments>({}).read(); }), HasSubstr("--model"));
  EXPECT_THAT(message_of([] { parsed<NetworkArguments>({"--model", "x.json"}).read(); }), HasSubstr("--weights"));
  EXPECT_THAT(message_of([] { parsed<NetworkArguments>({"--model", "=x.h5"}).read(); }), HasSubstr("name"));
  EXPECT_THAT(message_of([] { parsed<NetworkArguments>({"--model", "a/b=x.h5"}).read(); }), HasSubstr("name"));
}

TEST(NetworkArguments, ReductionsAndOrientations) {
  EXPECT_FALSE(parsed<NetworkArguments>({}).tasks().is_averaged());
  auto const tasks = parsed<NetworkArguments>({"--reduce", "centre:5,log", "--rc", "--shifts=-2, 3"}).tasks();
  EXPECT_EQ(network::to_string(tasks.reduction), "centre:5,log");
  EXPECT_THAT(tasks.orientations, testing::ElementsAre(kernels::Orientation{false, -2}, kernels::Orientation{true, -2},
                                                       kernels::Orientation{false, 3}, kernels::Orientation{true, 3}));
  EXPECT_THAT(message_of([] { parsed<NetworkArguments>({"--reduce", "total"}).tasks(); }), HasSubstr("wn-squid"));
  for (char const* shifts : {"1,x", "1,1", "9999999999"}) {
    EXPECT_THAT(message_of([&] { parsed<NetworkArguments>({"--shifts", shifts}).tasks(); }), HasSubstr("--shifts"));
  }
  EXPECT_THAT(message_of([] { parsed<NetworkArguments>({"--shifts", "1,,2"}).tasks(); }), HasSubstr("--shifts"));
}

TEST(RunArguments, ChoicesAreChecked) {
  EXPECT_THAT(message_of([] { parsed<RunArguments>({"--backend", "tpu"}).validate(); }), HasSubstr("'tpu'"));
  EXPECT_THAT(message_of([] {
                parsed<RunArguments>({"--precision", "f16"}).validate();
              }),
              HasSubstr("choose f32, bf16x3"));
  EXPECT_THAT(message_of([] {
                parsed<RunArguments>({"--precision", "tf32", "--backend", "cpu"}).validate();
              }),
              HasSubstr("only CUDA"));
  EXPECT_EQ(parsed<RunArguments>({"--precision", "bf16x3"}).precision, kernels::Precision::bf16x3);
  EXPECT_EQ(parsed<RunArguments>({}).precision, kernels::Precision::f32);
  EXPECT_THAT(message_of([] { parsed<RunArguments>({"--threads=-1"}).validate(); }), HasSubstr("--threads -1"));
  EXPECT_EQ(parsed<RunArguments>({"--threads", "3"}).thread_count(mpi::Communicator()), 3);
  EXPECT_GE(parsed<RunArguments>({}).thread_count(mpi::Communicator()), 1);
}

// An option that is given wins over a preset.
TEST(SurrogateArguments, PresetsSetWhatNobodySaid) {
  auto const resolved = [](std::vector<std::string> const& words) {
    ScanArguments arguments;
    parse_command_line(arguments.table(), words);
    auto const options = arguments.resolved();
    return std::tuple(options.surrogates.surrogate, options.ridge, options.surrogates.validation);
  };
  auto const [none, plain_ridge, tenth] = resolved({});
  EXPECT_EQ(none.sigmoids, 3);
  EXPECT_EQ(none.noise, surrogate::NoiseKind::automatic);
  EXPECT_EQ(none.theta_penalty, 0.0);
  auto const [squid, ridge, fifth] = resolved({"--preset", "squid", "--noise-order", "1"});
  EXPECT_EQ(squid.sigmoids, 50);
  EXPECT_EQ(squid.noise, surrogate::NoiseKind::skewed_t);
  EXPECT_EQ(squid.noise_order, 1);
  EXPECT_EQ(squid.gauge, surrogate::GaugeKind::empirical);
  EXPECT_EQ(squid.theta_penalty, 0.01 / 100);
  EXPECT_THAT(ridge.lambdas, testing::ElementsAre(0.001, 0.01, 0.1, 1));
  EXPECT_EQ(fifth, 0.2);
  auto const [mavenn, other_ridge, same_fifth] = resolved({"--preset=mavenn"});
  EXPECT_EQ(mavenn.noise, surrogate::NoiseKind::gaussian);
  EXPECT_EQ(mavenn.noise_order, 0);
  EXPECT_EQ(mavenn.theta_penalty, 0.01 / 50);
  EXPECT_EQ(other_ridge.lambdas, plain_ridge.lambdas);
  EXPECT_THAT(message_of([&] { resolved({"--preset", "keras"}); }), HasSubstr("squid or mavenn"));
}

}  // namespace
}  // namespace shoal::app
