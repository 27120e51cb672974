// SPDX-License-Identifier: MIT
#include "store/writer.hpp"

namespace shoal::store {

void Writer::create_collective(mpi::Communicator const& communicator, std::string const& path, Schema const& schema,
                               Provenance const& provenance, genome::LocusTable const& loci, FileOptions const& files) {
  std::vector<genome::Locus> rows;
  rows.reserve(static_cast<std::size_t>(loci.size()));
  for (std::int64_t index = 0; index < loci.size(); ++index) rows.push_back(loci.locus(index));
  create_collective(communicator, path, schema, provenance, rows, files);
}

}  // namespace shoal::store
