// SPDX-License-Identifier: MIT
// The options of `shoal export`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/command_line/command_line.hpp"
#include "exports/export.hpp"
#include "genome/contig_sizes.hpp"

namespace shoal::app {

// --rows of commands that read some rows of a store.
OptionRow<std::optional<Window>> row_range_row(std::optional<Window>& rows);

struct ExportArguments {
  std::string store;
  std::string format;
  std::string output;
  exports::ExportChoice choice;
  std::string gauge;
  std::string orientation;
  std::string units;
  std::int64_t width = 0;
  std::optional<Window> rows;
  std::string regions;
  std::string genome;
  std::string chrom_sizes;
  bool repack = false;
  int compression = 4;

  // Without --array it is the method's usual one.
  ExportArguments() { choice.array.clear(); }

  // Its rows point into this object. `formats`: a line for each, for --help.
  CommandTable table(std::string const& formats);
  exports::ExportRows chosen_rows() const {
    exports::ExportRows chosen{.range = std::nullopt, .regions = regions};
    if (rows) chosen.range = {rows->start, rows->stop};
    return chosen;
  }
  genome::ContigSizes contig_sizes() const;
  // In the uniform gauge a raw map would lose what a correction takes from it.
  exports::ExportGauge chosen_gauge() const {
    std::string const usual = choice.array == "map_raw" ? "stored" : "uniform";
    return exports::parse_export_gauge(gauge.empty() ? usual : gauge);
  }
  exports::FloatWidth float_width(exports::FloatWidth usual) const {
    return width == 0 ? usual : exports::parse_float_width(width);
  }

 private:
  void add_choice(OptionTable& table);
  void add_maps(OptionTable& table);
  void add_files(OptionTable& table);
};

}  // namespace shoal::app
