// SPDX-License-Identifier: MIT
#include "app/options/rank_threads.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace shoal::app {

int core_share(std::span<cpu_set_t const> masks, std::size_t rank) {
  double share = 0;
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
    if (!CPU_ISSET(core, &masks[rank])) continue;
    auto const sharing =
        std::count_if(masks.begin(), masks.end(), [core](auto const& mask) { return CPU_ISSET(core, &mask); });
    share += 1.0 / static_cast<double>(sharing);
  }
  // Thirds of three cores are one core.
  return std::max(1, static_cast<int>(std::floor(share + 1e-6)));
}

int rank_threads(int asked, std::string const& slurm, std::span<cpu_set_t const> masks, std::size_t rank) {
  if (asked > 0) return asked;
  auto const given = parse_integer(slurm);
  if (!given || *given <= 0) return core_share(masks, rank);
  return static_cast<int>(std::min<std::int64_t>(*given, std::max(1, CPU_COUNT(&masks[rank]))));
}

}  // namespace shoal::app
