// SPDX-License-Identifier: MIT
#include "mpi/communicator.hpp"

#include <mpi.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "mpi/check.hpp"

namespace shoal::mpi {

struct Communicator::State {
  MPI_Comm handle = MPI_COMM_NULL;
  bool owned = false;
  int rank = 0;
  int size = 1;

  State(MPI_Comm communicator, bool own) : handle(communicator), owned(own) {
    check_mpi(MPI_Comm_rank(handle, &rank), "MPI_Comm_rank");
    check_mpi(MPI_Comm_size(handle, &size), "MPI_Comm_size");
  }
  State(State const&) = delete;
  State& operator=(State const&) = delete;
  ~State() {
    int finished = 0;
    if (owned && MPI_Finalized(&finished) == MPI_SUCCESS && finished == 0) MPI_Comm_free(&handle);
  }
};

namespace {

// MPI counts are ints: longer transfers go in pieces of this many bytes.
constexpr std::size_t largest_piece = std::size_t{1} << 30;

}  // namespace

Communicator::Communicator() = default;

Communicator Communicator::world() {
  Communicator communicator;
  int running = 0;
  int finished = 0;
  check_mpi(MPI_Initialized(&running), "MPI_Initialized");
  check_mpi(MPI_Finalized(&finished), "MPI_Finalized");
  if (running != 0 && finished == 0) communicator.state_ = std::make_shared<State const>(MPI_COMM_WORLD, false);
  return communicator;
}

int Communicator::rank() const {
  return state_ ? state_->rank : 0;
}
int Communicator::size() const {
  return state_ ? state_->size : 1;
}

void Communicator::barrier() const {
  if (size() > 1) check_mpi(MPI_Barrier(state_->handle), "MPI_Barrier");
}

void Communicator::barrier(std::function<void()> const& idle) const {
  if (size() == 1) return;
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(state_->handle, &request), "MPI_Ibarrier");
  int arrived = 0;
  while (true) {
    check_mpi(MPI_Test(&request, &arrived, MPI_STATUS_IGNORE), "MPI_Test");
    if (arrived != 0) return;
    idle();
  }
}

std::int64_t Communicator::sum(std::int64_t value) const {
  if (size() == 1) return value;
  std::int64_t total = 0;
  check_mpi(MPI_Allreduce(&value, &total, 1, MPI_INT64_T, MPI_SUM, state_->handle), "MPI_Allreduce");
  return total;
}

std::int64_t Communicator::max(std::int64_t value) const {
  if (size() == 1) return value;
  std::int64_t largest = 0;
  check_mpi(MPI_Allreduce(&value, &largest, 1, MPI_INT64_T, MPI_MAX, state_->handle), "MPI_Allreduce");
  return largest;
}

double Communicator::max(double value) const {
  if (size() == 1) return value;
  double largest = 0;
  check_mpi(MPI_Allreduce(&value, &largest, 1, MPI_DOUBLE, MPI_MAX, state_->handle), "MPI_Allreduce");
  return largest;
}

double Communicator::sum(double value) const {
  if (size() == 1) return value;
  std::vector<double> values(static_cast<std::size_t>(size()));
  check_mpi(MPI_Allgather(&value, 1, MPI_DOUBLE, values.data(), 1, MPI_DOUBLE, state_->handle), "MPI_Allgather");
  return std::accumulate(values.begin(), values.end(), 0.0);
}

bool Communicator::any(bool flag) const {
  return max(std::int64_t{flag}) != 0;
}

std::string Communicator::broadcast(std::string value, int root) const {
  if (size() == 1) return value;
  auto length = static_cast<std::uint64_t>(value.size());
  check_mpi(MPI_Bcast(&length, 1, MPI_UINT64_T, root, state_->handle), "MPI_Bcast");
  value.resize(length);
  broadcast(std::as_writable_bytes(std::span(value)), root);
  return value;
}

void Communicator::broadcast(std::span<std::byte> bytes, int root) const {
  if (size() == 1) return;
  while (!bytes.empty()) {
    std::size_t const piece = std::min(bytes.size(), largest_piece);
    check_mpi(MPI_Bcast(bytes.data(), static_cast<int>(piece), MPI_BYTE, root, state_->handle), "MPI_Bcast");
    bytes = bytes.subspan(piece);
  }
}

std::vector<std::string> Communicator::gather_all(std::string const& text) const {
  if (size() == 1) return {text};
  auto const ranks = static_cast<std::size_t>(size());
  std::int64_t const length = static_cast<std::int64_t>(text.size());
  std::vector<std::int64_t> lengths(ranks);
  check_mpi(MPI_Allgather(&length, 1, MPI_INT64_T, lengths.data(), 1, MPI_INT64_T, state_->handle), "MPI_Allgather");
  std::vector<std::string> texts(ranks);
  std::int64_t const total = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
  if (total > std::numeric_limits<int>::max()) {
    for (std::size_t root = 0; root < ranks; ++root) texts[root] = broadcast(text, static_cast<int>(root));
    return texts;
  }
  std::vector<int> counts(lengths.begin(), lengths.end());
  std::vector<int> offsets(ranks);
  std::exclusive_scan(counts.begin(), counts.end(), offsets.begin(), 0);
  std::string all(static_cast<std::size_t>(total), '\0');
  check_mpi(MPI_Allgatherv(text.data(), static_cast<int>(length), MPI_BYTE, all.data(), counts.data(), offsets.data(),
                           MPI_BYTE, state_->handle),
            "MPI_Allgatherv");
  for (std::size_t i = 0; i < ranks; ++i) {
    texts[i] = all.substr(static_cast<std::size_t>(offsets[i]), static_cast<std::size_t>(counts[i]));
  }
  return texts;
}

Communicator Communicator::split_shared() const {
  Communicator node;
  if (!state_) return node;
  MPI_Comm handle = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(state_->handle, MPI_COMM_TYPE_SHARED, state_->rank, MPI_INFO_NULL, &handle),
            "MPI_Comm_split_type");
  node.state_ = std::make_shared<State const>(handle, true);
  return node;
}

void Communicator::abort(int status) const {
  if (state_) MPI_Abort(state_->handle, status);
  std::_Exit(status);
}

void* Communicator::native() const {
  return state_ ? const_cast<MPI_Comm*>(&state_->handle) : nullptr;
}

}  // namespace shoal::mpi
