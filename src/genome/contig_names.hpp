// SPDX-License-Identifier: MIT
// One file's contigs under the names that another file gives them: "1" and "chr1".
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
  // `known`: the contigs of what `knowing` names for messages ("the genome g.fa"); `asking`: the file whose names are
  // looked up.
  ContigNames(std::vector<std::string> const& known, std::string knowing, std::string asking);

  // The known contig that `contig` means: itself, or else the only one that is spelled otherwise. Nothing when there is
  // none, or more than one. The first time that another spelling is taken, the log says so. Errors: input, after
  // `where`, when the asking file has two spellings of one contig.
  std::optional<std::string> find(std::string const& contig, std::string const& where);

 private:
  std::optional<std::string> known_name(std::string const& contig) const;

  std::string knowing_;
  std::string asking_;
  std::unordered_set<std::string> known_;
  std::unordered_map<std::string, std::vector<std::string>> by_key_;
  std::unordered_map<std::string, std::optional<std::string>> found_;  // by the asking file's names
  std::map<std::string, std::string> meant_;                           // known name → the asking file's
  bool is_said_ = false;
};

}  // namespace shoal::genome
