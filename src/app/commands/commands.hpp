// SPDX-License-Identifier: MIT
// The subcommands of `shoal`: one file each. A command takes its words and returns the exit status.
#pragma once

#include <string>
#include <vector>

namespace shoal::app {

int run_predict(std::vector<std::string> const& words);
int run_scan(std::vector<std::string> const& words);
int run_fit(std::vector<std::string> const& words);
int run_global(std::vector<std::string> const& words);
int run_inspect(std::vector<std::string> const& words);
int run_export(std::vector<std::string> const& words);
int run_motifs(std::vector<std::string> const& words);
int run_compare(std::vector<std::string> const& words);
int run_variants(std::vector<std::string> const& words);
int run_doctor(std::vector<std::string> const& words);

}  // namespace shoal::app
