// SPDX-License-Identifier: MIT
#include "app/options/option_groups.hpp"

#include <fmt/core.h>
#include <sched.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <set>
#include <tuple>

#include "app/options/rank_threads.hpp"
#include "base/error.hpp"
#include "base/host.hpp"
#include "base/text.hpp"
#include "library/combinations.hpp"
#include "mpi/agree.hpp"
#include "network/ensemble.hpp"
#include "readers/read_network.hpp"

namespace shoal::app {

namespace po = boost::program_options;

std::pair<std::int64_t, std::int64_t> parse_window(std::string const& option, std::string const& text) {
  auto const ends = split(text, ':');
  auto const start = ends.size() == 2 ? parse_integer(trim(ends[0])) : std::nullopt;
  auto const stop = ends.size() == 2 ? parse_integer(trim(ends[1])) : std::nullopt;
  if (!start || !stop) fail(ErrorCode::config, fmt::format("--{} {}: expected A:B", option, shoal::quoted(text)));
  return {*start, *stop};
}

std::vector<std::string> parse_list(std::string const& option, std::string const& text) {
  std::vector<std::string> items;
  for (std::string_view const piece : split(text, ',')) {
    items.emplace_back(trim(piece));
    if (items.back().empty())
      fail(ErrorCode::config, fmt::format("--{} {}: an item is empty", option, shoal::quoted(text)));
  }
  return items;
}

void NetworkArguments::add_to(po::options_description& options) {
  options.add_options()(
      "model", po::value(&models)->value_name("[NAME=]FILE"),
      "trained network: Keras .h5 or .keras, ONNX, or a Keras graph .json with --weights; repeatable")(
      "weights", po::value(&weights)->value_name("FILE"), "weights (.h5) of a .json network; one for each, in order")(
      "input", po::value(&inputs)->value_name("NAME=zeros|FILE"),
      "constant values of a further input of the networks (control tracks, biases): .npy or a table; repeatable")(
      "layer", po::value(&layers)->value_name("NAME=OP"),
      "what a Keras Lambda layer, or a layer of a class that Shoal does not know, computes, such as identity, log1p or "
      "reverse-complement; NAME: the layer's, or the class's; repeatable")(
      "head", po::value(&heads)->value_name("NAME[:TRACK][@R]"),
      "output by name or index, or any layer's name, with a reduction of its own (--reduce) after an @; repeatable; "
      "default: every output")("logit", po::bool_switch(&logit), "read the value before the head's final activation")(
      "reduce", po::value(&reduction)->value_name("R[,T…]")->default_value("scalar"),
      "how a head's profile becomes one number: sum, mean, max, position:P, centre:K, pca, wn, wn-squid, profile, "
      "profile-joint; then log, log2fc, softplus")("rc", po::bool_switch(&reverse_complement),
                                                   "mean with the score of the reverse complement")(
      "shifts", po::value(&shifts)->value_name("LIST")->default_value("0"),
      "mean over the sequence shifted by these, N coming in: --shifts=-1,0,1")(
      "average", po::value(&average)->value_name("NAME")->default_value(""), "score all models as one, their mean");
}

network::TaskSelection NetworkArguments::tasks() const {
  network::TaskSelection selection{heads, logit, network::parse_reduction(reduction), {}};
  std::set<std::int64_t> seen;
  for (std::string const& item : parse_list("shifts", shifts)) {
    constexpr std::int64_t farthest = 1 << 30;
    auto const shift = parse_integer(item);
    if (!shift || std::abs(*shift) > farthest || !seen.insert(*shift).second) {
      fail(ErrorCode::config, fmt::format("--shifts {}: {} is no whole number, or is there twice",
                                          shoal::quoted(shifts), shoal::quoted(item)));
    }
    selection.orientations.push_back({false, static_cast<std::int32_t>(*shift)});
    if (reverse_complement) selection.orientations.push_back({true, static_cast<std::int32_t>(*shift)});
  }
  return selection;
}

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

}  // namespace

std::vector<scan::NamedNetwork> NetworkArguments::read(std::int64_t length) const {
  auto const replacements = readers::parse_replacements(inputs, layers);
  if (models.empty()) fail(ErrorCode::config, "no network was given: --model FILE");
  std::vector<scan::NamedNetwork> networks;
  std::size_t next_weights = 0;
  for (std::string const& argument : models) {
    auto const equals = argument.find('=');
    std::string const file = equals == std::string::npos ? argument : argument.substr(equals + 1);
    std::filesystem::path const path(file);
    std::string const name = equals == std::string::npos ? path.stem().string() : argument.substr(0, equals);
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
      fail(ErrorCode::config, fmt::format("--model {}: {} is no name for a model", argument, shoal::quoted(name)));
    }
    std::string weights_file;
    if (path.extension() == ".json") {
      if (next_weights == weights.size()) {
        fail(ErrorCode::config, fmt::format("--model {}: a .json graph needs its weights: --weights FILE", file));
      }
      weights_file = weights[next_weights++];
    }
    networks.push_back({name, readers::read_network(file, weights_file, replacements, length)});
  }
  if (next_weights != weights.size()) {
    fail(ErrorCode::config, fmt::format("{} --weights were given for {} .json networks", weights.size(), next_weights));
  }
  require_used(replacements, networks);
  if (average.empty()) {
    require_names(networks);
    return networks;
  }
  if (average == "." || average == ".." || average.find('/') != std::string::npos) {
    fail(ErrorCode::config, fmt::format("--average {}: this is no name for a model", shoal::quoted(average)));
  }
  std::vector<std::shared_ptr<network::Network const>> members;
  for (scan::NamedNetwork const& named : networks) members.push_back(named.network);
  return {{average, network::average_networks(members)}};
}

void LociArguments::add_to(po::options_description& options) {
  options.add_options()("fasta", po::value(&loci.fasta)->value_name("FILE"),
                        "ready sequences as loci; - is standard input")(
      "genome", po::value(&loci.genome)->value_name("FILE"), "genome: FASTA, plain or bgzip")(
      "loci", po::value(&loci.loci)->value_name("BED"),
      "rows of the genome: BED, narrowPeak, broadPeak, gappedPeak; - is standard input")(
      "length", po::value(&loci.length)->value_name("L")->default_value(0),
      "window length around each row's anchor, and what networks of an open input length read; 0: what the network "
      "reads, which rows that wide have by themselves")(
      "anchor", po::value(&anchor)->value_name("midpoint|summit")->default_value("midpoint"), "centre of the window")(
      "edge", po::value(&edge)->value_name("pad|skip")->default_value("pad"),
      "a window over a contig's edge: N there, or a skipped row")(
      "fasta-coordinates", po::value(&fasta_coordinates)->value_name("auto|off")->default_value("auto"),
      "names of FASTA records such as chr1:100-260(-) are their places, where the record's length says so; off: names");
}

genome::LociOptions LociArguments::resolved() const {
  genome::LociOptions resolved = loci;
  if (loci.length < 0) fail(ErrorCode::config, fmt::format("--length {}: must not be negative", loci.length));
  if (anchor != "midpoint" && anchor != "summit") {
    fail(ErrorCode::config, fmt::format("--anchor {}: choose midpoint or summit", shoal::quoted(anchor)));
  }
  if (edge != "pad" && edge != "skip") {
    fail(ErrorCode::config, fmt::format("--edge {}: choose pad or skip", shoal::quoted(edge)));
  }
  if (fasta_coordinates != "auto" && fasta_coordinates != "off") {
    fail(ErrorCode::config,
         fmt::format("--fasta-coordinates {}: choose auto or off", shoal::quoted(fasta_coordinates)));
  }
  resolved.fasta_coordinates = fasta_coordinates == "auto";
  resolved.anchor = anchor == "summit" ? genome::Anchor::summit : genome::Anchor::midpoint;
  resolved.edge = edge == "skip" ? genome::EdgePolicy::skip : genome::EdgePolicy::pad;
  return resolved;
}

void read_standard_input(genome::LociOptions& loci, mpi::Communicator const& communicator) {
  if (loci.loci != genome::standard_input_name && loci.fasta != genome::standard_input_name) return;
  mpi::on_first_rank(communicator, [&] {
    loci.standard_input.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (std::cin.bad()) fail(ErrorCode::input, "standard input: cannot be read");
  });
  loci.standard_input = communicator.broadcast(std::move(loci.standard_input));
}

void LibraryArguments::add_to(po::options_description& options) {
  options.add_options()("mutants", po::value(&design.mutants)->value_name("N")->default_value(design.mutants),
                        "sequences in a locus's library, the wild type included")(
      "rate", po::value(&design.rate)->value_name("R")->default_value(design.rate),
      "mutation rate, of the window's positions that are not N")(
      "law", po::value(&law)->value_name("poisson|fixed|bernoulli")->default_value("poisson"),
      "how many positions of a mutant change")(
      "window", po::value(&window)->value_name("A:B")->default_value("0:-1"),
      "mutated positions [A, B) in the sequence's orientation; B = -1: the end")(
      "design", po::value(&kind)->value_name("NAME")->default_value("random"),
      "random; combinatorial: every sequence of the window; context: the window mutated in contexts drawn anew; "
      "inter-window: two windows mutated independently")(
      "orders", po::value(&design.orders)->value_name("K")->default_value(design.orders),
      "combinatorial: at most K substitutions; -1: any number")(
      "second-window", po::value(&second_window)->value_name("A:B")->default_value(""), "of inter-window")(
      "contexts", po::value(&contexts)->value_name("LAW")->default_value("uniform"),
      "of context and inter-window: uniform, composition, dinucleotide (shuffled), fixed")(
      "context-scope", po::value(&scope)->value_name("all|between|flanks")->default_value("all"),
      "which positions outside the windows have it")("seed", po::value(&seed)->value_name("S")->default_value(0),
                                                     "of the random libraries");
}

library::Design LibraryArguments::resolved() const {
  library::Design resolved = design;
  resolved.law = library::parse_mutation_law(law);
  if (seed < 0) fail(ErrorCode::config, fmt::format("--seed {}: must not be negative", seed));
  resolved.seed = static_cast<std::uint64_t>(seed);
  std::tie(resolved.window_start, resolved.window_stop) = parse_window("window", window);
  resolve_kind(resolved);
  return resolved;
}

void LibraryArguments::resolve_kind(library::Design& resolved) const {
  resolved.kind = library::parse_design(kind);
  resolved.context = library::parse_context_law(contexts);
  resolved.scope = library::parse_context_scope(scope);
  if (resolved.kind == library::DesignKind::inter_window) {
    if (second_window.empty()) {
      fail(ErrorCode::config, "--design inter-window needs its second window: --second-window A:B");
    }
    std::tie(resolved.second_start, resolved.second_stop) = parse_window("second-window", second_window);
  } else if (!second_window.empty()) {
    fail(ErrorCode::config, fmt::format("--second-window {} is for --design inter-window", second_window));
  }
  if (resolved.kind == library::DesignKind::combinatorial) {
    // A complete library has the size that it has.
    resolved.mutants = library::combinatorial_mutants(resolved);
  } else if (resolved.orders != -1) {
    fail(ErrorCode::config, fmt::format("--orders {} is for --design combinatorial", resolved.orders));
  }
}

void RidgeArguments::add_to(po::options_description& options) {
  options.add_options()("lambdas", po::value(&lambdas)->value_name("LIST")->default_value("1,10,100,1000"),
                        "ridge penalties to choose from, for curves also between them; SQUID: 0.001,0.01,0.1,1")(
      "lambda-selection", po::value(&selection)->value_name("kfold|loo|gcv")->default_value("kfold"),
      "how the penalty is chosen")("folds", po::value(&ridge.folds)->value_name("K")->default_value(ridge.folds),
                                   "folds of kfold")(
      "holdout", po::value(&ridge.holdout)->value_name("F")->default_value(ridge.holdout),
      "fraction of the library that no fit sees, for the held-out metrics");
}

surrogate::RidgeOptions RidgeArguments::resolved() const {
  surrogate::RidgeOptions resolved = ridge;
  resolved.lambdas.clear();
  for (std::string const& item : parse_list("lambdas", lambdas)) {
    auto const lambda = parse_real(item);
    if (!lambda) fail(ErrorCode::config, fmt::format("--lambdas: {} is not a number", shoal::quoted(item)));
    resolved.lambdas.push_back(*lambda);
  }
  resolved.selection = surrogate::parse_lambda_selection(selection);
  return resolved;
}

void AttributionArguments::add_methods_to(po::options_description& options) {
  options.add_options()("methods", po::value(&methods)->value_name("LIST")->default_value("additive-ridge"),
                        ("attribution methods: " + attribution::method_names()).c_str());
}

void AttributionArguments::add_to(po::options_description& options) {
  options.add_options()("path-steps", po::value(&gradient.steps)->value_name("N")->default_value(gradient.steps),
                        "steps of integrated-gradients and expected-gradients, at least")(
      "path-tolerance", po::value(&gradient.tolerance)->value_name("T")->default_value(gradient.tolerance),
      "double these steps, locus by locus and task by task, until the map's sum is right to T times the change of the "
      "score (or a twentieth of the scores' standard deviation, where that is more); 0: never")(
      "path-most-steps", po::value(&gradient.most_steps)->value_name("N")->default_value(gradient.most_steps),
      "but not beyond N steps; loci that miss the tolerance are counted at the end")(
      "path-baseline", po::value(&baseline)->value_name("zeros|uniform")->default_value("zeros"),
      "where integrated-gradients begins")(
      "backgrounds", po::value(&gradient.backgrounds)->value_name("N")->default_value(gradient.backgrounds),
      "shuffled sequences a locus, of expected-gradients and deepshap")(
      "noise-samples", po::value(&gradient.noise_samples)->value_name("N")->default_value(gradient.noise_samples),
      "noisy copies of smoothgrad")(
      "noise-sigma", po::value(&gradient.noise_sigma)->value_name("S")->default_value(gradient.noise_sigma),
      "standard deviation of the noise")("gradient-correction", po::bool_switch(&gradient.correction),
                                         "subtract from gradients their mean over the four bases; without it: map_raw")(
      "pairwise-window", po::value(&pairwise_window)->value_name("A:B")->default_value(""),
      "positions [A, B) of pairwise-ism, at most 300; default: the middle 40");
}

attribution::GradientOptions AttributionArguments::resolved() const {
  attribution::GradientOptions resolved = gradient;
  resolved.baseline = attribution::parse_path_baseline(baseline);
  resolved.validate();
  return resolved;
}

attribution::PairwiseOptions AttributionArguments::pairwise() const {
  return attribution::parse_pairwise_window(pairwise_window);
}

void RunArguments::add_to(po::options_description& options) {
  options.add_options()("backend", po::value(&backend)->value_name("auto|cpu|cuda")->default_value("auto"),
                        "auto: CUDA where there is a device")(
      "threads", po::value(&threads)->value_name("N")->default_value(0),
      "threads of a rank; 0: its share of the cores (SLURM_CPUS_PER_TASK where set)")(
      "batch", po::value(&batch)->value_name("N")->default_value(0), "sequences in flight per scorer; 0: by memory")(
      "precision", po::value(&precision)->value_name("P")->default_value("f32"),
      "operands of convolutions and dense layers: f32, bf16x3, bf16, on CUDA also tf32; gradients are f32 always");
}

void RunArguments::validate() const {
  if (threads < 0) fail(ErrorCode::config, fmt::format("--threads {}: must not be negative", threads));
  if (batch < 0) fail(ErrorCode::config, fmt::format("--batch {}: must not be negative", batch));
  if (network_precision() == kernels::Precision::tf32 && backend_kind() == device::BackendKind::cpu) {
    fail(ErrorCode::config, "--precision tf32: only CUDA devices have it; choose f32, bf16x3 or bf16 on the CPU");
  }
  backend_kind();
}

kernels::Precision RunArguments::network_precision() const {
  auto const parsed = kernels::parse_precision(precision);
  if (!parsed) {
    fail(ErrorCode::config,
         fmt::format("--precision {}: choose f32, bf16x3, bf16 or, on CUDA, tf32", shoal::quoted(precision)));
  }
  return *parsed;
}

device::BackendKind RunArguments::backend_kind() const {
  if (backend == "cpu") return device::BackendKind::cpu;
  if (backend == "cuda") {
    if (!device::cuda_is_built()) fail(ErrorCode::not_built, "--backend cuda: this build has no CUDA backend");
    if (device::cuda_device_count() == 0) fail(ErrorCode::config, "--backend cuda: there is no CUDA device here");
    return device::BackendKind::cuda;
  }
  if (backend != "auto")
    fail(ErrorCode::config, fmt::format("--backend {}: choose auto, cpu or cuda", shoal::quoted(backend)));
  return device::cuda_device_count() > 0 ? device::BackendKind::cuda : device::BackendKind::cpu;
}

device::BackendKind RunArguments::agreed_backend(mpi::Communicator const& communicator) const {
  device::BackendKind kind = device::BackendKind::cpu;
  mpi::together(communicator, [&] { kind = backend_kind(); });
  bool const here = kind == device::BackendKind::cuda;
  std::int64_t const with_device = communicator.sum(std::int64_t{here});
  mpi::together(communicator, [&] {
    if (here || with_device == 0) return;
    fail(ErrorCode::config,
         fmt::format("rank {} on {} has no CUDA device, {} of {} ranks have one: choose --backend cpu, or start ranks "
                     "only where there is a device",
                     communicator.rank(), host_name(), with_device, communicator.size()));
  });
  return kind;
}

int RunArguments::thread_count(mpi::Communicator const& node) const {
  cpu_set_t mine;
  CPU_ZERO(&mine);
  if (sched_getaffinity(0, sizeof mine, &mine) != 0) CPU_SET(0, &mine);
  std::vector<cpu_set_t> masks;
  for (std::string const& bytes : node.gather_all(std::string(reinterpret_cast<char const*>(&mine), sizeof mine))) {
    std::memcpy(&masks.emplace_back(), bytes.data(), sizeof mine);
  }
  char const* const slurm = std::getenv("SLURM_CPUS_PER_TASK");
  return rank_threads(threads, slurm == nullptr ? "" : slurm, masks, static_cast<std::size_t>(node.rank()));
}

}  // namespace shoal::app
