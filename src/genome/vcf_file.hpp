// SPDX-License-Identifier: MIT
// Variants of a VCF or BCF file, plain or compressed, and the same file with further INFO fields.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace shoal::genome {

// One record. Alleles are as the file has them.
struct Variant {
  std::string contig;
  std::int64_t position = 0;  // where `reference` begins, from 0; -1: before the contig (a telomere, POS 0)
  std::string id;             // empty for '.'
  std::string reference;
  std::vector<std::string> alternatives;  // may be empty (ALT is '.')
};

// One INFO field to add: one number or one text per alternative allele.
struct InfoField {
  std::string id;           // name of the field, see info_id
  bool is_text = false;     // true for text, otherwise float
  std::string description;  // must have no double quotes
};

// The values of one field for a record: one per alternative allele. A missing value is '.', as is an empty text.
struct InfoValues {
  std::vector<std::optional<double>> numbers;  // values of a float field
  std::vector<std::string> texts;              // values of a text field
};

// `text` as the ID of an INFO field: characters that VCF does not allow in an ID become '_'.
std::string info_id(std::string const& text);

// Reads one record after the other. Format: VCF 4.3, https://samtools.github.io/hts-specs/VCFv4.3.pdf, by htslib.
class VcfFile {
 public:
  // Errors: input (missing, empty, no VCF).
  explicit VcfFile(std::string path);
  VcfFile(VcfFile&&) noexcept;
  ~VcfFile();

  // The next record, or nothing at the end, which blank lines may precede. Errors: input, naming file and line (of a
  // BCF the record's number) and what is wrong, when it is malformed.
  std::optional<Variant> next();
  // "file:line (CONTIG:POS)" of the record that `next` gave last; of a BCF "file: record N (CONTIG:POS)".
  std::string where() const;

  // From now on records go to PATH.partial with the fields added: VCF, or compressed by bgzip when `path` ends in
  // ".gz", or BCF when it ends in ".bcf". Called before the first `next`. Errors: output; config, when the file has a
  // field of that name already.
  void annotate_to(std::string path, std::vector<InfoField> const& fields);
  // Writes the record that `next` gave last with the values of every field, in order. Errors: output.
  void write(std::vector<InfoValues> const& values);
  // Completes the annotated file. Errors: output.
  void publish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal::genome
