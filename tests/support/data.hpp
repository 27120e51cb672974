// SPDX-License-Identifier: MIT
// Where test inputs lie: golden values in the repository, real networks and sequences in ../shared/data if it
// exists.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace shoal::test {

// The value of an environment variable, or the path that was compiled in: a bundle (scripts/bundle) runs elsewhere.
inline std::string folder_of(char const* variable, char const* compiled) {
  char const* const value = std::getenv(variable);
  return value != nullptr ? value : compiled;
}

// A committed file of tests/data.
inline std::string data(std::string const& name) {
  return folder_of("SHOAL_TEST_DATA", SHOAL_TEST_DATA) + "/" + name;
}

// A file of ../shared/data, which is not part of a clone.
inline std::string shared_folder() {
  return folder_of("SHOAL_SHARED_DATA", SHOAL_SHARED_DATA);
}
inline std::string shared(std::string const& name) {
  return shared_folder() + "/" + name;
}
inline bool has_shared_data() {
  return std::filesystem::exists(shared_folder());
}

// A fresh folder for one test, removed with this object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "shoal-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path_ = pattern;
  }
  TemporaryFolder(TemporaryFolder const&) = delete;
  TemporaryFolder& operator=(TemporaryFolder const&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string file(std::string const& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace shoal::test

// First line of a test that reads ../shared/data.
#define SHOAL_NEEDS_SHARED_DATA() \
  if (!shoal::test::has_shared_data()) GTEST_SKIP() << "no ../shared/data here"
