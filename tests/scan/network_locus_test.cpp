// SPDX-License-Identifier: MIT
// Networks of different input lengths at one locus: each sees what it would see in a scan of windows of its own length.
#include "scan/locus/network_locus.hpp"

#include <gmock/gmock.h>

#include "attribution/library_method.hpp"
#include "base/error.hpp"
#include "scan/linear_network.hpp"
#include "scan/prepare/window_lengths.hpp"

namespace shoal::scan {
namespace {

using testing::HasSubstr;

constexpr std::int64_t window = 21;
constexpr std::int64_t lengths[] = {8, 21, 13};

std::shared_ptr<network::Network const> network_of(std::int64_t bases) {
  // An exponential, so that gradients differ from place to place.
  return test::linear_network(network::Activation::exponential, 0.3, bases);
}

ScanOptions options_for(std::vector<std::string> methods) {
  ScanOptions options;
  for (std::int64_t const bases : lengths)
    options.networks.push_back({"net" + std::to_string(bases), network_of(bases)});
  options.methods = std::move(methods);
  options.design.mutants = 300;
  options.design.rate = 0.2;
  options.design.seed = 11;
  options.keep_y = true;
  options.output = "unused";
  return options;
}

LocusJob job_on(char strand) {
  return make_job(2,
                  {.contig = "chr", .start = 40, .end = 40 + window, .strand = strand, .name = "l", .skip_reason = {}},
                  genome::to_codes("ACGTNACGTTGCANGATTACA"));
}

store::Row row_of(ScanOptions const& options, LocusJob const& job) {
  auto const methods = make_methods(options);
  auto const schema = make_schema(options, methods, 5, static_cast<std::int64_t>(job.sequence.size()));
  LocusPipeline pipeline(options, methods, schema, 1, {});
  StageTimes times;
  return pipeline.explain(job, times);
}

TEST(NetworkLocus, MethodsWithoutALibraryGiveTheBitsOfAScanOfTheNetworkAlone) {
  auto options = options_for({"ism", "pairwise-ism", "saliency", "gradient-x-input", "smoothgrad",
                              "integrated-gradients", "expected-gradients", "deepshap"});
  options.gradient.backgrounds = 5;
  options.gradient.noise_samples = 4;
  for (char const strand : {'+', '-', '.'}) {
    LocusJob const job = job_on(strand);
    store::Row const together = row_of(options, job);
    ASSERT_EQ(together.status, store::Status::done) << together.message;
    EXPECT_EQ(together.sequence.size(), 21u);
    std::size_t result = 0;
    for (std::size_t network = 0; network < options.networks.size(); ++network) {
      ScanOptions alone = options;
      alone.networks = {options.networks[network]};
      genome::WindowPart const part = genome::centred_part(window, lengths[network]);
      LocusJob const own =
          make_job(job.index, genome::part_of(job.locus, part), genome::part_of(job.sequence, part, strand));
      store::Row const expected = row_of(alone, own);
      ASSERT_EQ(expected.status, store::Status::done);
      for (attribution::MethodResult const& each : expected.results) {
        EXPECT_EQ(together.results[result].arrays, each.arrays) << lengths[network] << " " << strand << " " << result;
        EXPECT_EQ(together.results[result].scalars, each.scalars);
        ++result;
      }
      for (std::size_t task = 0; task < 2; ++task) {
        EXPECT_EQ(together.task_scalars[2 * network + task], expected.task_scalars[task]);
      }
    }
    EXPECT_EQ(result, together.results.size());
  }
}

// The library of the whole window cut letter by letter, scored and fitted by itself.
TEST(NetworkLocus, SurrogatesAreFittedToThePartOfTheOneLibrary) {
  auto const options = options_for({"additive-ridge", "pairwise-ridge", "additive-ge"});
  auto const backend = device::Backend::cpu(1);
  for (char const strand : {'+', '-'}) {
    LocusJob const job = job_on(strand);
    store::Row const row = row_of(options, job);
    ASSERT_EQ(row.status, store::Status::done) << row.message;
    auto const whole =
        library::make_library(*backend, options.design, genome::locus_identity(job.locus, job.sequence), job.sequence);
    auto const codes = whole.codes();
    std::size_t result = 0;
    for (std::size_t network = 0; network < options.networks.size(); ++network) {
      std::int64_t const bases = lengths[network];
      // Before the anchor on the + strand there are 10 of 21 bases, six of 13, four of 8.
      std::int64_t const offset = 10 - bases / 2;
      std::int64_t const first = strand == '-' ? window - offset - bases : offset;
      std::vector<std::uint8_t> cut;
      for (std::int64_t mutant = 0; mutant < 300; ++mutant) {
        auto const from = codes.begin() + mutant * window + first;
        cut.insert(cut.end(), from, from + bases);
      }
      auto const seen = library::explicit_library(*backend, cut, 300, static_cast<std::int32_t>(bases));
      inference::Scorer scorer(*backend, options.networks[network].network,
                               network::select_tasks(*options.networks[network].network, options.tasks));
      device::Buffer<float> scores(*backend, 600);
      scorer.score(seen.view(), scores);
      auto const host = scores.to_host();
      for (std::size_t task = 0; task < 2; ++task) {
        for (std::size_t mutant = 0; mutant < 300; ++mutant) {
          ASSERT_EQ(row.y[(2 * network + task) * 300 + mutant], host[2 * mutant + task]) << network << " " << mutant;
        }
      }
      genome::Codes const wild_type(cut.begin(), cut.begin() + bases);
      std::vector<std::vector<attribution::Attribution>> fits;
      auto const methods = make_methods(options);
      for (std::size_t number = 0; number < methods.size(); ++number) {
        attribution::LibraryLetters letters(seen);
        fits.push_back(methods[number].library_method()->fit({.backend = *backend,
                                                              .wild_type = wild_type,
                                                              .library = seen,
                                                              .scores = scores,
                                                              .tasks = 2,
                                                              .letters = &letters}));
      }
      for (std::size_t task = 0; task < 2; ++task) {
        for (auto const& fit : fits) {
          EXPECT_EQ(row.results[result].arrays, fit[task].arrays) << bases << " " << strand;
          EXPECT_EQ(row.results[result].scalars, fit[task].scalars);
          ++result;
        }
      }
    }
  }
}

TEST(NetworkLocus, TheSchemaHasEveryNetworksPartAndItsMethodsAtThatLength) {
  auto const options = options_for({"additive-ridge", "pairwise-ridge"});
  auto const schema = make_schema(options, make_methods(options), 5, window);
  EXPECT_EQ(schema.length, window);
  EXPECT_EQ(schema.models[0].part, (genome::WindowPart{6, 8}));
  EXPECT_FALSE(schema.models[1].part);
  EXPECT_EQ(schema.models[2].part, (genome::WindowPart{4, 13}));
  for (std::size_t model = 0; model < 3; ++model) {
    auto const& methods = store::methods_of(schema, schema.models[model]);
    EXPECT_EQ(methods[0].arrays[0].shape, (std::vector<std::int64_t>{4, lengths[model]}));
    EXPECT_EQ(methods[1].constants[0].shape.front(), lengths[model] * (lengths[model] - 1) / 2);
  }
}

TEST(NetworkLocus, APartOfUnknownBasesSkipsTheRowAndSaysWhich) {
  auto const options = options_for({"ism"});
  LocusJob job = job_on('+');
  std::fill(job.sequence.begin() + 6, job.sequence.begin() + 14, kernels::code_n);
  store::Row const row = row_of(options, job);
  EXPECT_EQ(row.status, store::Status::skipped);
  EXPECT_EQ(row.message, "every base that the network net8 reads is N");
}

std::string refusal(ScanOptions const& options, std::int64_t bases) {
  try {
    check_lengths(options, make_methods(options), bases);
  } catch (Error const& error) {
    return error.what();
  }
  return "";
}

TEST(WindowLengths, RefuseWhatHasNoMeaningForSeveral) {
  auto options = options_for({"additive-ridge", "pairwise-ridge"});
  EXPECT_EQ(refusal(options, window), "");
  EXPECT_THAT(refusal(options, 13),
              HasSubstr("net21 (in memory) reads 21 bases, but the loci have 13; use --length 21"));
  options.pairwise.window = {2, 6};
  EXPECT_THAT(refusal(options, window), HasSubstr("--pairwise-window"));
  options.pairwise = {};
  options.surrogates.surrogate.features.between = {{{0, 2}, {3, 5}}};
  EXPECT_THAT(refusal(options, window), HasSubstr("--pair-windows"));
  options.surrogates = {};
  // net8 reads 6:14 on the + strand and 7:15 on the - strand.
  options.design.window_stop = 8;
  EXPECT_EQ(refusal(options, window), "");
  options.design.window_stop = 7;
  EXPECT_THAT(refusal(options, window), HasSubstr("net8 reads positions 7:15 of the windows of 21 bases"));
  options.design.window_stop = 6;
  EXPECT_THAT(refusal(options, window), HasSubstr("net8 reads positions 6:14 of the windows of 21 bases"));
  options.methods = {"ism"};
  EXPECT_EQ(refusal(options, window), "") << "no library is drawn";
}

}  // namespace
}  // namespace shoal::scan
