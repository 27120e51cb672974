// SPDX-License-Identifier: MIT
#include "readers/files/foreign_file.hpp"

#include <fmt/core.h>

#include <array>
#include <filesystem>

#include "base/text.hpp"

namespace shoal::readers {

namespace {

constexpr std::string_view from_pytorch =
    "export the module to ONNX with scripts/export_onnx.py, or with torch.onnx.export, and give that file";
constexpr std::string_view from_tensorflow =
    "load the model in TensorFlow and save it as one file, model.save('model.h5') or model.save('model.keras'), or "
    "convert it to ONNX with tf2onnx";

bool has_ending(std::string const& file, std::initializer_list<std::string_view> endings) {
  std::string const ending = std::filesystem::path(file).extension().string();
  for (std::string_view const each : endings) {
    if (ending == each) return true;
  }
  return false;
}

std::string folder_text(std::string const& file) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::path(file) / "saved_model.pb", error)) {
    return fmt::format("{} is the folder of a TensorFlow SavedModel: {}", file, from_tensorflow);
  }
  return fmt::format("{} is a folder; name a file: Keras's .h5 or .keras, or ONNX", file);
}

// A pickle of protocol 2 to 5.
bool is_pickle(std::string_view bytes) {
  return bytes.size() > 1 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
}

}  // namespace

std::string foreign_file_text(std::string const& file, std::string_view bytes) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) return folder_text(file);
  if (bytes.starts_with("version https://git-lfs")) {
    return fmt::format("{} is a pointer of Git LFS in the place of the file: fetch the file with git lfs pull", file);
  }
  if (bytes.starts_with("\x1f\x8b")) return fmt::format("{} is compressed: unpack it with gunzip", file);
  if (is_pickle(bytes) || has_ending(file, {".pt", ".pth", ".pkl", ".ckpt", ".torch"})) {
    return fmt::format("{} is a Python pickle, as PyTorch saves modules and weights; it is never run: {}", file,
                       from_pytorch);
  }
  if (has_ending(file, {".safetensors"})) {
    return fmt::format("{} holds weights without a graph: load them into their PyTorch module, and {}", file,
                       from_pytorch);
  }
  if (bytes.substr(0, 8).ends_with("TFL3") || has_ending(file, {".tflite"})) {
    return fmt::format("{} is a TensorFlow Lite network: {}", file, from_tensorflow);
  }
  if (has_ending(file, {".pb"})) return fmt::format("{} is a graph of TensorFlow: {}", file, from_tensorflow);
  return fmt::format("{} is neither HDF5 nor ONNX nor a Keras graph in JSON or .keras archive: it begins with {}", file,
                     quoted(bytes, 16));
}

std::string foreign_archive_text(std::string const& file, std::string_view member) {
  // PyTorch's archives have one folder with the pickle in it; programs of torch.export and TorchScript are like them.
  static constexpr std::array<std::string_view, 4> of_pytorch = {"/data.pkl", "/constants.pkl", "/archive_format",
                                                                 "serialized_exported_program.json"};
  for (std::string_view const each : of_pytorch) {
    if (member.ends_with(each)) return fmt::format("{} is an archive of PyTorch: {}", file, from_pytorch);
  }
  if (member.ends_with("saved_model.pb")) {
    return fmt::format("{} is a packed folder of a TensorFlow SavedModel: {}", file, from_tensorflow);
  }
  return {};
}

}  // namespace shoal::readers
