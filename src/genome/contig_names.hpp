// SPDX-License-Identifier: MIT
// The contigs of one file under the names that another file gives them: "1" and "chr1".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace shoal::genome {

// The part of a contig's name that spellings share: without "chr" before it, and M for MT.
std::string contig_key(std::string const& name);

class ContigNames {
 public:
  // `known` are the contigs of what messages call `knowing` ("the genome g.fa"); `asking` is the file whose names are
  // looked up.
  ContigNames(std::vector<std::string> const& known, std::string knowing, std::string asking);

  // The known contig that `contig` means: itself, or else the only one that is spelled differently. Nothing if there is
  // none, or more than one. The first time that another spelling is used, the log says so. Errors: input, after
  // `where`, if the asking file has two spellings of one contig.
  std::optional<std::string> find(std::string const& contig, std::string const& where);

 private:
  std::optional<std::string> known_name(std::string const& contig) const;

  std::string knowing_;
  std::string asking_;
  std::unordered_set<std::string> known_;
  std::unordered_map<std::string, std::vector<std::string>> by_key_;
  std::unordered_map<std::string, std::optional<std::string>> found_;  // by the names of the asking file
  std::map<std::string, std::string> meant_;                           // from a known name to that of the asking file
  bool is_said_ = false;
};

}  // namespace shoal::genome
