// SPDX-License-Identifier: MIT
#include "app/options/network_arguments.hpp"

#include <fmt/core.h>
#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "network/ensemble.hpp"
#include "readers/read_network.hpp"

namespace shoal::app {

namespace {

// Refuses names that no network has a use for.
void require_used(readers::Replacements const& given, std::vector<scan::NamedNetwork> const& networks) {
  std::set<std::string, std::less<>> used;
  for (scan::NamedNetwork const& named : networks) {
    for (std::string const& each : named.network->replacements) used.insert(each.substr(0, each.rfind('=')));
  }
  for (auto const& [name, value] : given.inputs) {
    if (used.contains("input " + name)) continue;
    fail(ErrorCode::config, fmt::format("--input {}={}: no network has an input of this name", name, value));
  }
  for (auto const& [name, value] : given.layers) {
    if (used.contains("layer " + name)) continue;
    fail(ErrorCode::config, fmt::format("--layer {}={}: no network has a Lambda layer, or a layer of an unknown class, "
                                        "of this name",
                                        name, value));
  }
}

// Names tell networks apart in outputs.
void require_names(std::vector<scan::NamedNetwork> const& networks) {
  std::set<std::string> names;
  for (scan::NamedNetwork const& named : networks) {
    if (names.insert(named.name).second) continue;
    fail(ErrorCode::config, fmt::format("two models are called {}; name them: --model NAME=FILE", named.name));
  }
}

std::string shifts_objection(std::vector<std::int64_t> const& shifts) {
  constexpr std::int64_t farthest = 1 << 30;
  std::set<std::int64_t> seen;
  for (std::int64_t const shift : shifts) {
    if (shift > farthest || shift < -farthest) return fmt::format("{} is too far", shift);
    if (!seen.insert(shift).second) return fmt::format("{} is there twice", shift);
  }
  return "";
}

bool is_name(std::string const& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

void add_files(NetworkArguments& networks, OptionTable& options) {
  options.add<std::vector<std::string>>({
      .name = "model",
      .target = &networks.models,
      .value = "[NAME=]FILE",
      .help = "trained network: Keras .h5 or .keras, ONNX, or a Keras graph .json with --weights; a pattern such as "
              "'zoo/*.keras' is all files that match; repeatable",
      .comment = "Trained network, [NAME=]FILE: Keras .h5 or .keras, ONNX, or a Keras graph .json with its weights; "
                 "NAME is the group in the store. One line for each network, or a pattern, zoo/*.keras.",
      .example = "NAME=network.h5",
      .key = "model.",
      .is_common = true,
  });
  options.add<std::vector<std::string>>({
      .name = "weights",
      .target = &networks.weights,
      .value = "FILE",
      .help = "weights (.h5) of a .json network; one for each, in order; a pattern: one network per file that matches",
      .comment = "A graph in JSON (model = NAME=graph.json) needs its weights, one line for each, in the same order.",
      .example = "weights.h5",
      .key = "model.",
  });
  options.add<std::vector<std::string>>({
      .name = "input",
      .target = &networks.inputs,
      .value = "NAME=zeros|FILE",
      .help = "constant values of a further input of the networks (control tracks, biases): .npy or a table; "
              "repeatable",
      .example = "NAME=zeros",
      .key = "model.",
  });
  options.add<std::vector<std::string>>({
      .name = "layer",
      .target = &networks.layers,
      .value = "NAME=OP",
      .help = "what a Keras Lambda layer, or a layer of a class that Shoal does not know, computes, such as identity, "
              "log1p or reverse-complement; NAME: the layer's, or the class's; repeatable",
      .comment = "What a Keras Lambda layer, or a layer of a class that Shoal does not know, computes, by its name or "
                 "its class's; one line for each. An operation is identity, log1p, reverse-complement, scale:X, and "
                 "so on; an unknown one is answered with all of them.",
      .example = "NAME=identity",
      .key = "model.",
  });
}

void add_outputs(NetworkArguments& networks, OptionTable& options) {
  options.add<std::vector<std::string>>({
      .name = "head",
      .target = &networks.selection.heads,
      .value = "NAME[:TRACK][@R]",
      .help = "output by name or index, or any layer's name, with a reduction of its own (--reduce) after an @; "
              "repeatable; default: every output",
      .comment = "Outputs to explain, by name or index; one line for each. Without any: every output. A head may have "
                 "a reduction of its own: head = counts@scalar",
      .example = "0",
      .key = "model.",
      .is_common = true,
  });
  options.add<bool>({
      .name = "logit",
      .target = &networks.selection.logit,
      .help = "read the value before the head's final activation",
      .comment = "true: the value before the output's final activation (a sigmoid saturates, its logit does not).",
      .key = "output_stage",
  });
  options.add<network::ProfileReduction>({
      .name = "reduce",
      .target = &networks.selection.reduction,
      .value = "R[,T…]",
      .help = "how a head's profile becomes one number: sum, mean, max, position:P, centre:K, pca, wn, wn-squid, "
              "profile, profile-joint; then log, log2fc, softplus",
      .comment =
          "How the profile of a head becomes one number, then what is done to it. Reductions: scalar (a head of one "
          "position), sum, mean, max, position:P, centre:K (sum of the K central positions), pca (first component of "
          "the library's profiles), wn (BPNet's softmax-weighted mean), wn-squid (over strands, as in squid-nn), "
          "profile (what BPNet and ChromBPNet attribute: wn minus the mean over positions, the weights held constant), "
          "profile-joint (over both strands together). Transforms: log, log2fc (against the wild type), softplus. "
          "Example: reduce = centre:200,log",
      .example = "sum",
      .key = "reduction",
      .form = {.parse = [](std::string const& text) { return network::parse_reduction(text); },
               .print = [](network::ProfileReduction const& reduction) { return network::to_string(reduction); }},
  });
}

void add_means(NetworkArguments& networks, OptionTable& options) {
  options.add<bool>({
      .name = "rc",
      .target = &networks.reverse_complement,
      .help = "mean with the score of the reverse complement",
      .key = "orientations",
  });
  options.add<std::vector<std::int64_t>>({
      .name = "shifts",
      .target = &networks.shifts,
      .value = "LIST",
      .help = "mean over the sequence shifted by these, N coming in: --shifts=-1,0,1",
      .comment = "The mean over the sequence shifted by each of these, unknown bases coming in: -1,0,1",
      .example = "-1,0,1",
      .key = "orientations",
      .check = shifts_objection,
  });
  options.add<std::string>({
      .name = "average",
      .target = &networks.average,
      .value = "NAME",
      .help = "score all models as one, their mean",
      .comment = "A name: all networks above are scored as one, their mean, which has this name in the store.",
      .example = "mean",
      .key = "model.",
      .check =
          [](std::string const& name) { return name.empty() || is_name(name) ? "" : "this is no name for a model"; },
  });
}

// The files that a name stands for: those that a pattern with * ? [ matches, in order of their names.
std::vector<std::string> matching_files(std::string const& option, std::string const& pattern) {
  if (pattern.find_first_of("*?[") == std::string::npos || std::filesystem::exists(pattern)) return {pattern};
  glob_t found{};
  int const status = glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> files(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  if (status != 0) fail(ErrorCode::config, fmt::format("{} {}: no file matches", option, pattern));
  std::sort(files.begin(), files.end());
  return files;
}

struct ModelFiles {
  std::string name, file, weights;
};

// The networks of one --model: one, or one per file that its pattern, or that of its weights, matches. Then each is
// called after its file.
std::vector<ModelFiles> files_of(std::string const& argument, std::vector<std::string> const& weights,
                                 std::size_t& next_weights) {
  auto const equals = argument.find('=');
  std::string const pattern = equals == std::string::npos ? argument : argument.substr(equals + 1);
  std::vector<ModelFiles> all;
  for (std::string const& file : matching_files("--model", pattern)) {
    std::filesystem::path const path(file);
    if (path.extension() != ".json") {
      all.push_back({path.stem().string(), file, ""});
      continue;
    }
    if (next_weights == weights.size()) {
      fail(ErrorCode::config, fmt::format("--model {}: a .json graph needs its weights: --weights FILE", file));
    }
    auto const of_graph = matching_files("--weights", weights[next_weights++]);
    for (std::string const& each : of_graph) {
      bool const is_only = of_graph.size() == 1;
      all.push_back({(is_only ? path : std::filesystem::path(each)).stem().string(), file, each});
    }
  }
  if (equals != std::string::npos) {
    if (all.size() > 1) {
      fail(ErrorCode::config, fmt::format("--model {}: {} networks cannot all be called {}: leave the name out",
                                          argument, all.size(), shoal::quoted(argument.substr(0, equals))));
    }
    all.front().name = argument.substr(0, equals);
  }
  for (ModelFiles const& each : all) {
    if (is_name(each.name)) continue;
    fail(ErrorCode::config, fmt::format("--model {}: {} is no name for a model", argument, shoal::quoted(each.name)));
  }
  return all;
}

}  // namespace

void NetworkArguments::add_to(OptionTable& options) {
  options.section("network");
  add_files(*this, options);
  add_outputs(*this, options);
  add_means(*this, options);
}

network::TaskSelection NetworkArguments::tasks() const {
  network::TaskSelection chosen = selection;
  for (std::int64_t const shift : shifts) {
    chosen.orientations.push_back({false, static_cast<std::int32_t>(shift)});
    if (reverse_complement) chosen.orientations.push_back({true, static_cast<std::int32_t>(shift)});
  }
  return chosen;
}

std::vector<scan::NamedNetwork> NetworkArguments::read(std::int64_t length) const {
  auto const replacements = readers::parse_replacements(inputs, layers);
  if (models.empty()) fail(ErrorCode::config, "no network was given: --model FILE");
  std::vector<scan::NamedNetwork> networks;
  std::size_t next_weights = 0;
  for (std::string const& argument : models) {
    for (ModelFiles const& each : files_of(argument, weights, next_weights)) {
      networks.push_back({each.name, readers::read_network(each.file, each.weights, replacements, length)});
    }
  }
  if (next_weights != weights.size()) {
    fail(ErrorCode::config, fmt::format("{} --weights were given for {} .json networks", weights.size(), next_weights));
  }
  require_used(replacements, networks);
  if (average.empty()) {
    require_names(networks);
    return networks;
  }
  std::vector<std::shared_ptr<network::Network const>> members;
  for (scan::NamedNetwork const& named : networks) members.push_back(named.network);
  return {{average, network::average_networks(members)}};
}

}  // namespace shoal::app
