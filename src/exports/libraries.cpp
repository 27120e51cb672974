// SPDX-License-Identifier: MIT
#include "exports/libraries.hpp"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>
#include <system_error>

#include "attribution/map_layout.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "device/backend.hpp"
#include "exports/formats/layouts.hpp"
#include "exports/numpy_archive.hpp"
#include "library/library.hpp"
#include "scan/provenance.hpp"
#include "store/output_file.hpp"
#include "surrogate/row_blocks.hpp"

namespace shoal::exports {

namespace {

// One locus's mutants [mutants, length] and their scores.
struct MeasuredLibrary {
  std::vector<std::uint8_t> codes;
  std::vector<float> scores;
  std::int64_t length = 0;
  std::int64_t training = 0;  // rows before this one were fitted

  std::int64_t mutants() const { return static_cast<std::int64_t>(scores.size()); }
  genome::Codes mutant(std::int64_t row) const {
    auto const first = codes.begin() + row * length;
    return {first, first + length};
  }
};

// "row12_NAME"; what a file name should not hold becomes "_".
std::string folder_name(ExportedRow const& row) {
  std::string name = row.locus.name.substr(0, 100);
  for (char& character : name) {
    bool const is_plain = std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '-';
    if (!is_plain) character = '_';
  }
  return fmt::format("row{}{}{}", row.index, name.empty() ? "" : "_", name);
}

void write_sequences(std::string const& path, MeasuredLibrary const& library) {
  store::OutputFile file(path);
  file.write(numpy_header("|i1", {library.mutants(), library.length, 4}));
  for (std::int64_t row = 0; row < library.mutants(); ++row) {
    auto const ones = attribution::positions_first(one_hot(library.mutant(row)));
    file.write(std::as_bytes(std::span(ones)));
  }
  file.publish();
}

void write_scores(std::string const& path, MeasuredLibrary const& library) {
  store::OutputFile file(path);
  file.write(numpy_header("<f4", {library.mutants(), 1}));
  file.write(std::as_bytes(std::span(library.scores)));
  file.publish();
}

void write_table(std::string const& path, MeasuredLibrary const& library) {
  store::OutputFile file(path);
  file.write("set,y,x\n");
  for (std::int64_t row = 0; row < library.mutants(); ++row) {
    file.write(fmt::format("{},{},{}\n", row < library.training ? "training" : "test",
                           library.scores[static_cast<std::size_t>(row)], genome::to_text(library.mutant(row))));
  }
  file.publish();
}

// Makes the library of a row anew, cut to what the network reads, with the scores that the store kept.
MeasuredLibrary regenerate(ExportSource const& source, ExportedRow const& row, library::Design const& design,
                           double holdout) {
  MeasuredLibrary made;
  auto const backend = device::Backend::cpu(1);
  genome::Locus const& locus = row.stored.locus;
  genome::Codes const window = genome::to_codes(row.stored.row.sequence);
  auto const whole = library::make_library(*backend, design, genome::locus_identity(locus, window), window);
  auto const mutants = whole.part(static_cast<std::int32_t>(source.oriented_start(locus.strand)),
                                  static_cast<std::int32_t>(source.length()));
  made.codes = mutants.codes();
  made.length = mutants.length();
  auto const first = row.stored.row.y.begin() + source.task_number() * design.mutants;
  made.scores.assign(first, first + design.mutants);
  made.training = surrogate::training_rows(design.mutants, holdout);
  return made;
}

}  // namespace

void export_libraries(ExportSource const& source, std::string const& folder) {
  store::Schema const& schema = source.reader().schema();
  if (folder.empty()) fail(ErrorCode::config, "no --output was given: squid writes a folder");
  if (schema.keep_y == 0) {
    fail(ErrorCode::config, "the store has no scores of mutants: scan with --keep-y, then export --format squid");
  }
  library::Design design = scan::design_of(source.reader().provenance());
  // A scan whose methods need no library scores the wild type alone.
  if (design.mutants != schema.keep_y) {
    design.kind = library::DesignKind::random;
    design.mutants = schema.keep_y;
  }
  double const holdout = parse_real(scan::value_of(source.reader().provenance(), "ridge.holdout")).value_or(0.0);
  for (std::int64_t const index : source.rows()) {
    ExportedRow const row = source.read(index);
    MeasuredLibrary const library = regenerate(source, row, design, holdout);
    if (library.mutant(0) != row.sequence) {
      fail(ErrorCode::input, fmt::format("row {}: the library made again does not begin with the locus", index));
    }
    std::string const path = folder + "/" + folder_name(row);
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) fail(ErrorCode::output, fmt::format("cannot make the folder {}: {}", path, error.message()));
    write_sequences(path + "/x_mut.npy", library);
    write_scores(path + "/y_mut.npy", library);
    write_table(path + "/mave_df.csv", library);
  }
}

}  // namespace shoal::exports
