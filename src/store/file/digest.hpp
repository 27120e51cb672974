// SPDX-License-Identifier: MIT
// Digests of what a store holds besides the results of its rows: what ranks agree on, what ties shards together, and
// what finds damage that no row's checksum covers.
#pragma once

#include <string>

#include "base/checksum.hpp"
#include "store/file/header.hpp"

namespace shoal::store {

// Digest of a whole header except its own digests: schema, notes, constants, provenance, shards.
std::string header_digest(Header const& header);

// Digest of the loci's coordinates, strands and names, fed in row order.
class LociDigest {
 public:
  void add(genome::Locus const& locus);
  std::string hex() const { return digest_.hex(); }

 private:
  Digest digest_;
};

}  // namespace shoal::store
