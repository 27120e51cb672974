// SPDX-License-Identifier: MIT
#include "app/program.hpp"

int main(int argc, char** argv) {
  return shoal::app::run_program(argc, argv);
}
