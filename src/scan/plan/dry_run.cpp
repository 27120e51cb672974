// SPDX-License-Identifier: MIT
#include "scan/plan/dry_run.hpp"

#include <algorithm>
#include <deque>
#include <queue>
#include <utility>

#include "base/error.hpp"
#include "scan/schedule/rank_schedule.hpp"

namespace shoal::scan {

namespace {

enum class EventKind { turn, question, answer, finished };

struct Event {
  double time;
  std::int64_t order;  // among events of one time: the order in which they were made
  EventKind kind;
  std::size_t rank;
  std::int64_t value;  // a question's amount, an answer's value of the counter, or a locus's number

  bool operator>(Event const& other) const { return time != other.time ? time > other.time : order > other.order; }
};

// A rank as in scan_loop: a main thread that talks, reads and writes, and workers.
struct Rank {
  RankSchedule schedule;
  std::int64_t workers = 1;
  double main_free = 0;     // the main thread is busy until then
  bool turn_comes = false;  // true if a turn of the main thread is among the events
  std::int64_t idle = 0;    // workers without a locus
  std::int64_t computed = 0;
  std::deque<std::int64_t> waiting = {};  // loci that wait for the workers
  std::size_t rows = 0;                   // rows to write
  std::int64_t in_flight = 0;             // as WorkerPool counts: waiting, computing and not yet written
  double hungry_since = -1;               // since when a worker is idle and a question open
  double last_active = 0;
};

class Simulation {
 public:
  Simulation(DryRunMachine const& machine, std::vector<double> const& costs) : machine_(machine), costs_(costs) {
    auto const total = static_cast<std::int64_t>(costs.size());
    for (std::int64_t rank = 0; rank < machine.ranks; ++rank) {
      ranks_.push_back({.schedule = RankSchedule(total, machine.ranks, machine.workers),
                        .workers = machine.workers,
                        .idle = machine.workers});
      ask_for_turn(ranks_.size() - 1, machine.prepare);
    }
  }

  DryRunResult run() {
    while (!events_.empty()) {
      Event const event = events_.top();
      events_.pop();
      handle(event);
    }
    return result();
  }

 private:
  void add(double time, EventKind kind, std::size_t rank, std::int64_t value = 0) {
    events_.push({time, next_order_++, kind, rank, value});
  }

  // The main thread looks again as soon as it is free.
  void ask_for_turn(std::size_t rank, double now) {
    if (ranks_[rank].turn_comes) return;
    ranks_[rank].turn_comes = true;
    add(std::max(now, ranks_[rank].main_free), EventKind::turn, rank);
  }

  void handle(Event const& event) {
    Rank& rank = ranks_[event.rank];
    switch (event.kind) {
      case EventKind::turn:
        rank.turn_comes = false;
        take_turn(event.rank, event.time);
        break;
      case EventKind::question:
        serve(event);
        break;
      case EventKind::answer:
        rank.schedule.answer(event.value);
        if (rank.hungry_since >= 0) longest_wait_ = std::max(longest_wait_, event.time - rank.hungry_since);
        rank.hungry_since = -1;
        ask_for_turn(event.rank, event.time);
        break;
      case EventKind::finished:
        ++rank.rows;
        rank.schedule.record(cost(event.rank, event.value));
        ++rank.idle;
        compute(event.rank, event.time);
        ask_for_turn(event.rank, event.time);
        break;
    }
  }

  double cost(std::size_t rank, std::int64_t locus) const {
    double const slowness = machine_.slowness.empty() ? 1.0 : machine_.slowness[rank];
    return costs_[static_cast<std::size_t>(locus)] * slowness;
  }

  // The counter answers one question after the other, and none while rank 0's main thread reads or writes a row.
  void serve(Event const& event) {
    double const begin = std::max({event.time, counter_free_, ranks_.front().main_free});
    counter_free_ = begin + machine_.service;
    std::int64_t const before = counter_;
    counter_ += event.value;
    add(counter_free_ + machine_.latency, EventKind::answer, event.rank, before);
  }

  // Idle workers take the loci that wait.
  void compute(std::size_t rank_number, double now) {
    Rank& rank = ranks_[rank_number];
    while (rank.idle > 0 && !rank.waiting.empty()) {
      --rank.idle;
      double const seconds = cost(rank_number, rank.waiting.front());
      computing_ += seconds;
      add(now + seconds, EventKind::finished, rank_number, rank.waiting.front());
      rank.waiting.pop_front();
    }
    bool const hungry = rank.idle > 0 && rank.schedule.is_asking();
    if (hungry && rank.hungry_since < 0) rank.hungry_since = now;
  }

  void take_turn(std::size_t rank_number, double now) {
    Rank& rank = ranks_[rank_number];
    double busy_until = now;
    std::size_t const rows = std::exchange(rank.rows, 0);
    rank.in_flight -= static_cast<std::int64_t>(rows);
    rank.computed += static_cast<std::int64_t>(rows);
    talk(rank_number, now);
    while (rank.schedule.room(rank.in_flight)) {
      auto const next = rank.schedule.next();
      if (!next) break;
      busy_until += machine_.read;
      ++rank.in_flight;
      rank.waiting.push_back(*next);
      compute(rank_number, busy_until);
    }
    talk(rank_number, busy_until);
    compute(rank_number, busy_until);
    busy_until += static_cast<double>(rows) * machine_.write;
    if (rows > 0) rank.last_active = busy_until;
    rank.main_free = busy_until;
  }

  void talk(std::size_t rank_number, double now) {
    Rank& rank = ranks_[rank_number];
    auto const amount = rank.schedule.question(rank.in_flight);
    if (!amount) return;
    add(now + machine_.latency, EventKind::question, rank_number, *amount);
  }

  DryRunResult result() const {
    DryRunResult result{.computing = computing_, .longest_wait = longest_wait_, .loci = {}};
    double first_end = -1;
    for (Rank const& rank : ranks_) {
      result.loop = std::max(result.loop, rank.last_active);
      first_end = first_end < 0 ? rank.last_active : std::min(first_end, rank.last_active);
      result.questions += rank.schedule.questions();
      result.loci.push_back(rank.computed);
    }
    result.idle_end = result.loop - first_end;
    result.wall = machine_.start + machine_.create + result.loop + machine_.close;
    double const workers = static_cast<double>(machine_.ranks * machine_.workers);
    result.efficiency = result.wall > 0 ? computing_ / (result.wall * workers) : 0;
    return result;
  }

  DryRunMachine const& machine_;
  std::vector<double> const& costs_;
  std::vector<Rank> ranks_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::int64_t next_order_ = 0;
  std::int64_t counter_ = 0;
  double counter_free_ = 0;
  double computing_ = 0;
  double longest_wait_ = 0;
};

}  // namespace

DryRunResult dry_run(DryRunMachine const& machine, std::vector<double> const& costs) {
  expect(machine.ranks > 0 && machine.workers > 0, "a dry run needs ranks and workers");
  expect(machine.slowness.empty() || machine.slowness.size() == static_cast<std::size_t>(machine.ranks),
         "a dry run needs the slowness of all ranks or of none");
  return Simulation(machine, costs).run();
}

}  // namespace shoal::scan
