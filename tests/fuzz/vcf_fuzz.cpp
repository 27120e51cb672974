// SPDX-License-Identifier: MIT
// Bytes of a VCF or BCF file → its records; in one of two inputs they are also written again with further fields.
#include "fuzz/fuzz_target.hpp"
#include "genome/vcf_file.hpp"

namespace {

using namespace shoal;

// The values of a number and of a text for every alternative allele.
std::vector<genome::InfoValues> values_of(genome::Variant const& variant) {
  std::size_t const alleles = variant.alternatives.size();
  genome::InfoValues numbers{std::vector<std::optional<double>>(alleles, 0.5), {}};
  if (alleles > 1) numbers.numbers.front() = std::nullopt;
  return {numbers, {{}, std::vector<std::string>(alleles, "symbolic")}};
}

// Where records go, in memory; the file is removed unpublished.
std::string const& annotated_path() {
  static std::string const path = "/dev/shm/shoal_vcf_fuzz_" + std::to_string(::getpid());
  return path;
}

void read_records(std::string const& path, bool with_fields) {
  genome::VcfFile file(path);
  if (with_fields) file.annotate_to(annotated_path(), {{"SHOAL_E", false, "effect"}, {"SHOAL_S", true, "why"}});
  while (auto const variant = file.next()) {
    if (variant->position < -1 || variant->reference.empty()) std::abort();
    static_cast<void>(file.where());
    if (with_fields) file.write(values_of(*variant));
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::Bytes bytes(data, size);
  bool const with_fields = bytes.flag();
  fuzz::MemoryFile const file(bytes.rest());
  // config: the file has a field of ours already.
  fuzz::expect_refusal_or_success({ErrorCode::input, ErrorCode::config},
                                  [&] { read_records(file.path(), with_fields); });
  return 0;
}
