// SPDX-License-Identifier: MIT
#include "app/commands/predictor.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"

namespace shoal::app {

namespace {

constexpr std::int64_t most_rows = 4096;
constexpr std::int64_t most_values = std::int64_t{1} << 24;  // in a piece's rows

}  // namespace

genome::LocusTable read_loci(genome::LociOptions options, network::Network const& network) {
  options.default_length = network.input_length();
  auto loci = genome::LocusTable::read(options);
  if (loci.length() != network.input_length()) {
    std::string const& file = options.fasta.empty() ? options.loci : options.fasta;
    fail(ErrorCode::input, fmt::format("{}: the sequences have {} bases, but the network {} reads {}", file,
                                       loci.length(), network.source, network.input_length()));
  }
  return loci;
}

Predictor::Predictor(std::vector<scan::NamedNetwork> const& networks, network::TaskSelection const& selection,
                     bool profiles, genome::LociOptions const& loci, RunArguments const& run) {
  bool const has_names = networks.size() > 1 || !networks.front().network->members.empty();
  for (scan::NamedNetwork const& named : networks) {
    Member member{.scorer = scan::SequenceScorer({.networks = {named},
                                                  .tasks = selection,
                                                  .profiles = profiles,
                                                  .backend = run.backend_kind(),
                                                  .threads = run.thread_count(mpi::Communicator()),
                                                  .batch = run.batch,
                                                  .precision = run.precision}),
                  .loci = nullptr};
    for (scan::ProfileHead const& head : member.scorer.heads()) {
      columns_.push_back({.name = has_names ? fmt::format("{}:{}", named.name, head.name) : head.name,
                          .positions = head.positions,
                          .network = members_.size()});
    }
    values_ += member.scorer.columns();
    std::int64_t const length = named.network->input_length();
    if (!loci_.contains(length)) loci_.emplace(length, read_loci(loci, *named.network));
    member.loci = &loci_.at(length);
    members_.push_back(std::move(member));
  }
  longest_ = &loci_.rbegin()->second;
}

std::int64_t Predictor::rows() const {
  return longest_->size();
}

std::int64_t Predictor::piece() const {
  return std::clamp<std::int64_t>(most_values / static_cast<std::int64_t>(values_), 1, most_rows);
}

std::string const& Predictor::name(std::int64_t row) const {
  return longest_->locus(row).name;
}

bool Predictor::is_skipped(Column const& column, std::int64_t row) const {
  return !members_[column.network].loci->locus(row).skip_reason.empty();
}

std::vector<float> Predictor::score(std::int64_t first, std::int64_t count) {
  auto const rows = static_cast<std::size_t>(count);
  std::vector<float> values(rows * values_);
  std::size_t column = 0;
  for (Member& member : members_) {
    std::vector<genome::Codes> sequences;
    for (std::int64_t row = first; row < first + count; ++row) sequences.push_back(member.loci->sequence(row));
    member.loci->check_letters();
    std::vector<float> const scores = member.scorer.score(sequences);
    std::size_t const width = member.scorer.columns();
    for (std::size_t row = 0; row < rows; ++row) {
      std::copy_n(&scores[row * width], width, &values[row * values_ + column]);
    }
    column += width;
  }
  return values;
}

}  // namespace shoal::app
