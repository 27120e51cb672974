// SPDX-License-Identifier: MIT
#include "hdf5/read_contents.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <exception>
#include <filesystem>
#include <optional>

#include "base/text.hpp"
#include "hdf5/handle.hpp"
#include "hdf5/value_kind.hpp"

namespace shoal::hdf5 {

namespace {

// Deflate shrinks at most 1,032-fold: a file that claims more has no data for it.
constexpr std::uint64_t largest_expansion = 1100;
constexpr int largest_rank = 8;

class Walk {
 public:
  Walk(std::string const& file, IsolatedRequest const& request, sandbox::WireWriter& wire)
      : file_(file), request_(request), wire_(wire) {
    std::uint64_t const plausible = std::filesystem::file_size(file) * largest_expansion;
    budget_ = std::min(request.content_bytes, plausible);
  }

  void run() {
    PropertyList const access = own<PropertyList>(H5Pcreate(H5P_FILE_ACCESS), "cannot make an access list");
    // Read-only media and network file systems often have no locks, and nothing here is written.
    check_h5(H5Pset_file_locking(access.get(), false, true), "cannot set file locking");
    hid_t const opened = H5Fopen(file_.c_str(), H5F_ACC_RDONLY, access.get());
    if (opened < 0) fail_open();
    File const file(opened);
    herr_t const visited = H5Ovisit2(file.get(), H5_INDEX_NAME, H5_ITER_INC, &Walk::visit, this, H5O_INFO_BASIC);
    if (failure_) std::rethrow_exception(failure_);
    check_h5(visited, fmt::format("{} is damaged: its objects cannot be listed", file_));
  }

 private:
  [[noreturn]] void fail_open() const {
    std::string const reason = take_error_reason();
    if (reason.find("truncated") != std::string::npos) {
      fail(ErrorCode::input, fmt::format("{} is incomplete ({}): copy or download it again", file_, reason));
    }
    fail(ErrorCode::input, fmt::format("{} is not a readable HDF5 file: {}", file_, reason));
  }

  // Exceptions must not cross HDF5's C frames: they wait in failure_.
  static herr_t visit(hid_t root, char const* name, H5O_info_t const* info, void* self) {
    auto* walk = static_cast<Walk*>(self);
    try {
      walk->read_object(root, name, info->type);
      return 0;
    } catch (...) {
      walk->failure_ = std::current_exception();
      return -1;
    }
  }

  void read_object(hid_t root, std::string const& name, H5O_type_t type) {
    std::string const path = name == "." ? "/" : "/" + name;
    for (std::string const& skipped : request_.skipped_groups) {
      if (is_within(path, skipped)) return;
    }
    if (type != H5O_TYPE_GROUP && type != H5O_TYPE_DATASET) return;
    Object const object = own<Object>(H5Oopen(root, name.c_str(), H5P_DEFAULT), damaged(path));
    read_attributes(object.get(), path);
    if (type == H5O_TYPE_DATASET) read_dataset(object.get(), path);
  }

  // "/group" is that group; "group" is any group of that name.
  static bool is_within(std::string const& path, std::string const& group) {
    if (group.starts_with('/')) return path == group || path.starts_with(group + "/");
    return (path + "/").find("/" + group + "/") != std::string::npos;
  }

  bool wanted(std::string_view name) const {
    return std::any_of(request_.attributes.begin(), request_.attributes.end(), [&](std::string const& asked) {
      if (!name.starts_with(asked)) return false;
      std::string_view const rest = name.substr(asked.size());
      return rest.find_first_not_of("0123456789") == std::string_view::npos;
    });
  }

  void read_attributes(hid_t object, std::string const& path) {
    int const count = check_h5(H5Aget_num_attrs(object), damaged(path));
    for (int i = 0; i < count; ++i) {
      Attribute const attribute = own<Attribute>(
          H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, static_cast<hsize_t>(i), H5P_DEFAULT, H5P_DEFAULT),
          damaged(path));
      ssize_t const size = check_h5(H5Aget_name(attribute.get(), 0, nullptr), damaged(path));
      std::string name(static_cast<std::size_t>(size), '\0');
      check_h5(H5Aget_name(attribute.get(), name.size() + 1, name.data()), damaged(path));
      if (wanted(name)) read_attribute(attribute.get(), path, name);
    }
  }

  void read_attribute(hid_t attribute, std::string const& path, std::string const& name) {
    auto const texts = texts_of(attribute, fmt::format("{}, attribute {}", damaged(path), shoal::quoted(name)));
    if (!texts) return;
    wire_.tag(sandbox::WireTag::attribute);
    wire_.text(path);
    wire_.text(name);
    wire_.texts(*texts);
  }

  // Nothing if it holds something other than text.
  std::optional<std::vector<std::string>> texts_of(hid_t attribute, std::string const& what) {
    Dataspace const space = own<Dataspace>(H5Aget_space(attribute), what);
    auto const count = static_cast<std::uint64_t>(check_h5(H5Sget_simple_extent_npoints(space.get()), what));
    Datatype const type = own<Datatype>(H5Aget_type(attribute), what);
    bool const text = H5Tget_class(type.get()) == H5T_STRING;
    if (!text && count > 0) return std::nullopt;
    if (count == 0) return std::vector<std::string>{};
    bool const variable = check_h5(H5Tis_variable_str(type.get()), what) > 0;
    return variable ? variable_texts(attribute, type.get(), space.get(), count, what)
                    : fixed_texts(attribute, type.get(), count, what);
  }

  std::vector<std::string> variable_texts(hid_t attribute, hid_t type, hid_t space, std::uint64_t count,
                                          std::string const& what) {
    spend(count, sizeof(char*), what);
    std::vector<char*> pointers(count, nullptr);
    Datatype const memory = own<Datatype>(H5Tcopy(H5T_C_S1), what);
    check_h5(H5Tset_size(memory.get(), H5T_VARIABLE), what);
    check_h5(H5Tset_cset(memory.get(), H5Tget_cset(type)), what);
    check_h5(H5Aread(attribute, memory.get(), pointers.data()), what);
    std::vector<std::string> texts;
    for (char const* text : pointers) {
      texts.emplace_back(text == nullptr ? "" : text);
      spend(texts.back().size(), 1, what);
    }
    H5Dvlen_reclaim(memory.get(), space, H5P_DEFAULT, pointers.data());
    return texts;
  }

  std::vector<std::string> fixed_texts(hid_t attribute, hid_t type, std::uint64_t count, std::string const& what) {
    std::size_t const width = H5Tget_size(type);
    if (width == 0) fail_h5(ErrorCode::input, what);
    spend(count, width, what);
    std::string bytes(count * width, '\0');
    check_h5(H5Aread(attribute, type, bytes.data()), what);
    bool const spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
    std::vector<std::string> texts;
    for (std::uint64_t i = 0; i < count; ++i) {
      std::string_view const text = std::string_view(bytes).substr(i * width, width);
      texts.emplace_back(text.substr(0, spaces ? text.find_last_not_of(' ') + 1 : text.find('\0')));
    }
    return texts;
  }

  void read_dataset(hid_t dataset, std::string const& path) {
    Datatype const type = own<Datatype>(H5Dget_type(dataset), damaged(path));
    H5T_class_t const kind = H5Tget_class(type.get());
    bool const brief = is_bfloat16(dataset, type.get(), path);
    if (request_.dataset.empty()) {
      if (kind != H5T_FLOAT && !brief) return;
    } else {
      if (path != request_.dataset) return;
      if (kind != H5T_FLOAT && kind != H5T_INTEGER && kind != H5T_STRING && !is_boolean(type.get())) {
        fail(ErrorCode::input, fmt::format("{}: {} holds no numbers but {}", file_, path, kind_text(type.get())));
      }
    }
    refuse_foreign_storage(dataset, path);
    Dataspace const space = own<Dataspace>(H5Dget_space(dataset), damaged(path));
    int const rank = check_h5(H5Sget_simple_extent_ndims(space.get()), damaged(path));
    if (rank > largest_rank) fail(ErrorCode::input, fmt::format("{}: it has {} dimensions", damaged(path), rank));
    std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
    check_h5(H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr), damaged(path));
    std::uint64_t count = 1;
    for (hsize_t const extent : shape) {
      if (extent != 0 && count > budget_ / extent) refuse_size(damaged(path));
      count *= extent;
    }
    spend(count, sizeof(float), damaged(path));
    std::vector<float> values(count);
    if (count > 0 && brief) {
      std::vector<std::uint16_t> halves(count);
      check_h5(H5Dread(dataset, type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, halves.data()), damaged(path));
      std::transform(halves.begin(), halves.end(), values.begin(),
                     [](std::uint16_t half) { return std::bit_cast<float>(std::uint32_t{half} << 16); });
    } else if (count > 0 && kind == H5T_STRING) {
      values = characters(dataset, type.get(), count, path);
      if (values.size() != count) shape.push_back(values.size() / count);
    } else if (count > 0 && is_boolean(type.get())) {
      // HDF5 converts no enumeration to numbers; its values are those of bytes.
      spend(count, 1, damaged(path));
      std::vector<signed char> bytes(count);
      check_h5(H5Dread(dataset, type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), damaged(path));
      std::copy(bytes.begin(), bytes.end(), values.begin());
    } else if (count > 0) {
      check_h5(H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), damaged(path));
    }
    wire_.tag(sandbox::WireTag::array);
    wire_.text(path);
    wire_.number(shape.size());
    for (hsize_t const extent : shape) wire_.number(extent);
    wire_.floats(values);
  }

  // The characters of texts as numbers, one text after the other; -1 where a text has ended. Errors: input, for texts
  // whose length varies from one to the next by their type.
  std::vector<float> characters(hid_t dataset, hid_t type, std::uint64_t count, std::string const& path) {
    if (check_h5(H5Tis_variable_str(type), damaged(path)) > 0) {
      fail(ErrorCode::input, fmt::format("{}: {} holds no numbers but {}", file_, path, kind_text(type)));
    }
    std::size_t const width = H5Tget_size(type);
    if (width == 0) fail_h5(ErrorCode::input, damaged(path));
    if (count > budget_ / width) refuse_size(damaged(path));
    spend(count * width, 1 + sizeof(float), damaged(path));
    std::vector<unsigned char> bytes(count * width);
    check_h5(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), damaged(path));
    std::vector<float> values(bytes.begin(), bytes.end());
    std::replace(values.begin(), values.end(), 0.0F, -1.0F);
    return values;
  }

  // Keras writes bfloat16, which HDF5 has no type for, as two opaque bytes and says so beside them.
  bool is_bfloat16(hid_t dataset, hid_t type, std::string const& path) {
    if (H5Tget_class(type) != H5T_OPAQUE || H5Tget_size(type) != sizeof(std::uint16_t)) return false;
    if (check_h5(H5Aexists(dataset, "dtype"), damaged(path)) == 0) return false;
    Attribute const attribute = own<Attribute>(H5Aopen(dataset, "dtype", H5P_DEFAULT), damaged(path));
    auto const texts = texts_of(attribute.get(), damaged(path));
    return texts && texts->size() == 1 && texts->front() == "bfloat16";
  }

  // Data in other files would be read with the user's rights from wherever the file says.
  void refuse_foreign_storage(hid_t dataset, std::string const& path) const {
    PropertyList const creation = own<PropertyList>(H5Dget_create_plist(dataset), damaged(path));
    bool const external = check_h5(H5Pget_external_count(creation.get()), damaged(path)) > 0;
    if (external || check_h5(H5Pget_layout(creation.get()), damaged(path)) == H5D_VIRTUAL) {
      fail(ErrorCode::input,
           fmt::format("{}: the data of {} lie in another file; copy them into this one", file_, path));
    }
  }

  void spend(std::uint64_t count, std::uint64_t item, std::string const& what) {
    if (count > budget_ / item) refuse_size(what);
    budget_ -= count * item;
  }

  [[noreturn]] void refuse_size(std::string const& what) const {
    fail(ErrorCode::input, fmt::format("{}: more data are declared than the file can hold or Shoal reads", what));
  }

  std::string damaged(std::string const& path) const { return fmt::format("cannot read {} of {}", path, file_); }

  std::string const& file_;
  IsolatedRequest const& request_;
  sandbox::WireWriter& wire_;
  std::uint64_t budget_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

void read_contents(std::string const& file, IsolatedRequest const& request, sandbox::WireWriter& wire) {
  quiet_errors();
  // Code of plugins that a file names is not loaded.
  H5PLset_loading_state(0);
  Walk(file, request, wire).run();
}

}  // namespace shoal::hdf5
