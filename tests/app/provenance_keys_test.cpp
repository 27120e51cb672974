// SPDX-License-Identifier: MIT
// Every option of a scan says which key of its store's provenance changes with it, and --resume refuses a store when it
// does; or that it changes no number. Each option is changed in turn.
#include <gmock/gmock.h>

#include <map>

#include "app/options/fit_arguments.hpp"
#include "app/options/scan_arguments.hpp"
#include "base/text.hpp"
#include "scan/named_tasks.hpp"
#include "scan/prepare/differences.hpp"
#include "scan/provenance.hpp"
#include "scan/randomised.hpp"
#include "scan/refit.hpp"
#include "support/data.hpp"

namespace shoal::app {
namespace {

using Words = std::vector<std::string>;
using testing::HasSubstr;

// What some options need beside them to mean something, on both sides of the comparison.
std::map<std::string, Words> const& companions() {
  static std::map<std::string, Words> const words = {
      {"orders", {"--design=combinatorial", "--window=0:5"}},
      {"second-window", {"--design=inter-window", "--window=10:20", "--second-window=30:40"}},
      {"contexts", {"--design=context"}},
      {"context-scope", {"--design=context"}},
      {"path-tolerance", {"--methods=integrated-gradients"}},
      {"path-most-steps", {"--methods=integrated-gradients"}},
      {"average", {"--model=second=" + test::data("demo/network.h5")}},
  };
  return words;
}

// Options whose files this test does not have, or that one machine cannot change: the loci's digest and the networks'
// own keys are compared in integration.changed_inputs.
bool is_of_files(Option const& option) {
  return option.key == "loci.digest" || option.name == "weights" || option.name == "input" || option.name == "layer" ||
         option.name == "backend";
}

// Another value than `usual`, as words of the command line.
std::string changed(Option const& option) {
  if (option.is_flag) return "--" + option.name;
  if (option.name == "head") return "--head=interaction:0";  // the demo's network has one output
  std::string value = option.example;
  if (value.empty()) {
    auto const whole = parse_integer(option.usual);
    auto const number = parse_real(option.usual);
    if (!number) return "";
    value = whole ? std::to_string(*whole + 1) : std::to_string(*number * 0.75);
  }
  return "--" + option.name + "=" + value;
}

store::Provenance provenance_of(Words words, std::string const& model) {
  words.push_back("--model=" + model);
  ScanArguments arguments;
  parse_command_line(arguments.table(), words);
  scan::ScanOptions options = arguments.resolved();
  options.networks = arguments.networks.read();
  scan::name_tasks(arguments.tasks, options.networks);
  scan::add_randomised(arguments.randomise, options.design.seed, options.networks);
  return scan::make_provenance(options, "");
}

Words without(std::string const& name, Words words) {
  std::erase_if(words, [&](std::string const& word) { return word.starts_with("--" + name + "="); });
  return words;
}

TEST(ProvenanceKeys, EveryOptionOfAScanChangesItsKeyOrNone) {
  std::string const demo = "demo=" + test::data("demo/network.h5");
  ScanArguments arguments;
  CommandTable const table = arguments.table();
  int tried = 0;
  for (Option const& option : table.options.options()) {
    SCOPED_TRACE("--" + option.name);
    ASSERT_NE(option.key, "") << "say which key of the provenance changes with it, or no_number";
    if (is_of_files(option)) continue;
    auto const found = companions().find(option.name);
    Words const beside = found == companions().end() ? Words() : found->second;
    auto const before = provenance_of(beside, demo);
    Words words = without(option.name, beside);
    if (option.name != "model") words.push_back(changed(option));
    auto const after = provenance_of(words, option.name == "model" ? "other" + demo.substr(demo.find('=')) : demo);
    auto const differences = scan::differences(before, after);
    ++tried;
    if (option.key == no_number) {
      EXPECT_EQ(differences, "");
    } else {
      EXPECT_THAT(differences, HasSubstr("\n  " + option.key));
    }
  }
  EXPECT_GT(tried, 60);
}

TEST(ProvenanceKeys, OptionsOfARefitChangeTheirs) {
  FitArguments arguments;
  CommandTable const table = arguments.table();
  auto const provenance = [](Words words) {
    words.insert(words.end(), {"--store=a.h5", "--output=b.h5"});
    FitArguments given;
    parse_command_line(given.table(), words);
    scan::RefitOptions const options = given.refit();
    return scan::make_refit_provenance({.backend = options.backend,
                                        .methods = options.methods,
                                        .ridge = options.ridge,
                                        .surrogates = options.surrogates,
                                        .keep_y = options.keep_y},
                                       {}, "");
  };
  auto const before = provenance({"--methods=additive-ridge"});
  int tried = 0;
  for (Option const& option : table.options.options()) {
    bool const is_of_fits =
        option.key.starts_with("surrogate.") || option.key.starts_with("ridge.") || option.key == "methods";
    if (!is_of_fits) continue;
    SCOPED_TRACE("--" + option.name);
    Words const words =
        option.name == "methods" ? Words{"--methods=additive-ge"} : Words{"--methods=additive-ridge", changed(option)};
    EXPECT_THAT(scan::differences(before, provenance(words)), HasSubstr("\n  " + option.key));
    ++tried;
  }
  EXPECT_GT(tried, 15);
}

}  // namespace
}  // namespace shoal::app
