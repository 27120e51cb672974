// SPDX-License-Identifier: MIT
// Files written and errors read by the genome tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "genome/loci.hpp"
#include "support/data.hpp"

namespace shoal::test {

inline std::string write(TemporaryFolder const& folder, std::string const& name, std::string const& bytes) {
  std::string const path = folder.file(name);
  // A new file: some file systems wait for the disk when an old one is overwritten.
  std::filesystem::remove(path);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

inline std::string read_bytes(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The text of the error that `act` throws, after its code; empty when it throws none.
template <class Action>
std::string error_text(ErrorCode code, Action act) {
  try {
    act();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  return "";
}

inline genome::LociOptions windows(std::string genome, std::string loci, std::int64_t length = 0) {
  genome::LociOptions options;
  options.genome = std::move(genome);
  options.loci = std::move(loci);
  options.length = length;
  return options;
}

inline genome::LociOptions ready(std::string fasta) {
  genome::LociOptions options;
  options.fasta = std::move(fasta);
  return options;
}

// The error of reading a table and every sequence of it.
inline std::string table_error(genome::LociOptions const& options, ErrorCode code = ErrorCode::input) {
  return error_text(code, [&] {
    auto table = genome::LocusTable::read(options);
    for (std::int64_t i = 0; i < table.size(); ++i) table.sequence(i);
  });
}

// One contig "chr1" of 20 bases over three lines, and "chr2" of 6.
inline constexpr char const* tiny_genome = ">chr1 first\nACGTACGT\nTTGGCCAA\nACGn\n>chr2\nGGGccc\n";

}  // namespace shoal::test
