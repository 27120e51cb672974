// SPDX-License-Identifier: MIT
#include "compare/sources/costs.hpp"

#include <fmt/core.h>

#include <fstream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/not_a_number.hpp"
#include "base/text.hpp"
#include "scan/run_log.hpp"
#include "store/reader.hpp"

namespace shoal::compare {

namespace {

struct Costs {
  std::vector<double> seconds;  // [networks · methods]
  double loci = 0;
};

// The sums over all runs of a log that have these fields.
Costs costs_of(std::string const& path, std::size_t places) {
  Costs costs{std::vector<double>(places), 0};
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) continue;
    auto const fields = scan::read_fields(line);
    auto const seconds = fields.find("method_seconds");
    auto const computed = fields.find("computed");
    if (seconds == fields.end() || computed == fields.end()) continue;
    auto const numbers = split(std::string_view(seconds->second).substr(1, seconds->second.size() - 2), ',');
    if (numbers.size() != places) continue;
    costs.loci += parse_real(computed->second).value_or(0);
    for (std::size_t i = 0; i < places; ++i) costs.seconds[i] += parse_real(trim(numbers[i])).value_or(0);
  }
  return costs;
}

bool is_randomised(store::Reader const& reader, std::string const& network) {
  for (auto const& [key, value] : reader.provenance()) {
    if (key == fmt::format("model.{}.randomised", network)) return true;
  }
  return false;
}

}  // namespace

std::vector<Measurement> measured_costs(std::vector<std::string> const& stores) {
  std::vector<Measurement> measured;
  for (std::string const& path : stores) {
    store::Reader const reader(path);
    store::Schema const& schema = reader.schema();
    Costs costs;
    try {
      costs = costs_of(path + ".run.jsonl", schema.models.size() * schema.methods.size());
    } catch (Error const& error) {
      log(LogLevel::warning, fmt::format("{}.run.jsonl: {}", path, error.what()));
    }
    if (costs.loci == 0) continue;
    for (std::size_t place = 0; place < costs.seconds.size(); ++place) {
      std::string const& network = schema.models[place / schema.methods.size()].name;
      if (is_randomised(reader, network)) continue;
      Measurement each{};
      each.network = network;
      each.task = "NA";
      each.method = schema.methods[place % schema.methods.size()].name;
      each.metric = "seconds";
      each.value = costs.seconds[place] / costs.loci;
      each.error = each.lower = each.upper = not_a_number;
      each.loci = static_cast<std::int64_t>(costs.loci);
      measured.push_back(std::move(each));
    }
  }
  return measured;
}

}  // namespace shoal::compare
