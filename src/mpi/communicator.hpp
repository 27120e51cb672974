// SPDX-License-Identifier: MIT
// MPI as values: a program without mpirun is rank 0 of 1 and never calls MPI's communication.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace shoal::mpi {

// Starts MPI (thread level funneled, errors returned) and ends it. One per process. Works without a launcher (rank 0 of
// 1); inside a program that started MPI itself it neither starts nor ends it. Errors: mpi.
class Environment {
 public:
  Environment(int& argc, char**& argv);
  Environment(Environment const&) = delete;
  Environment& operator=(Environment const&) = delete;
  ~Environment();
};

// The rank that a launcher (Open MPI, SLURM, PMI) gave this process, known before MPI starts; 0 when there is none.
int rank_before_start();

// A group of ranks. The default is null: rank 0 of 1, every collective a copy. Errors: mpi.
class Communicator {
 public:
  Communicator();
  // All ranks of the job; the null communicator while MPI is not running.
  static Communicator world();

  int rank() const;
  int size() const;
  void barrier() const;
  // A barrier that does something else meanwhile: it calls `idle` again and again (which should sleep) until every rank
  // has arrived. Unlike in `barrier`, a rank that waits does not keep a core busy.
  void barrier(std::function<void()> const& idle) const;
  std::int64_t sum(std::int64_t value) const;
  std::int64_t max(std::int64_t value) const;
  double max(double value) const;
  // Added in rank order: the same bits on every rank.
  double sum(double value) const;
  // True if `flag` is true on any rank: this is how phases agree on failure.
  bool any(bool flag) const;
  // `value` of rank `root` on every rank.
  std::string broadcast(std::string value, int root = 0) const;
  void broadcast(std::span<std::byte> bytes, int root = 0) const;
  // Every rank's text, in rank order, on every rank.
  std::vector<std::string> gather_all(std::string const& text) const;
  // Ranks of this node only.
  Communicator split_shared() const;
  // Ends every rank at once.
  [[noreturn]] void abort(int status) const;

  // Points to the MPI_Comm, for the HDF5 module; null for the null communicator.
  void* native() const;

 private:
  struct State;
  std::shared_ptr<State const> state_;
};

}  // namespace shoal::mpi
