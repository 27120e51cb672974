// SPDX-License-Identifier: MIT
#include "hdf5/file.hpp"

#include <fmt/core.h>
#include <mpi.h>

#include <filesystem>

namespace shoal::hdf5 {

namespace {

struct InfoTraits {
  using type = MPI_Info;
  static MPI_Info null() { return MPI_INFO_NULL; }
  static void release(MPI_Info info) { MPI_Info_free(&info); }
};

UniqueHandle<InfoTraits> info_of(mpi::Hints const& hints) {
  MPI_Info info = MPI_INFO_NULL;
  if (hints.empty()) return UniqueHandle<InfoTraits>(info);
  bool made = MPI_Info_create(&info) == MPI_SUCCESS;
  for (mpi::Hint const& hint : hints) {
    made = made && MPI_Info_set(info, hint.key.c_str(), hint.value.c_str()) == MPI_SUCCESS;
  }
  if (!made) fail(ErrorCode::mpi, "the MPI-IO hints were not accepted");
  return UniqueHandle<InfoTraits>(info);
}

PropertyList unbuffered_access(H5F_libver_t newest) {
  auto list = own<PropertyList>(H5Pcreate(H5P_FILE_ACCESS), "cannot make a property list", ErrorCode::internal);
  check_h5(H5Pset_libver_bounds(list.get(), H5F_LIBVER_V18, newest), "H5Pset_libver_bounds", ErrorCode::internal);
  // Every write reaches the operating system at once, so that a killed process loses no row that it had finished.
  check_h5(H5Pset_sieve_buf_size(list.get(), 0), "H5Pset_sieve_buf_size", ErrorCode::internal);
  return list;
}

PropertyList access_list(mpi::Communicator const& communicator, mpi::Hints const& hints) {
  PropertyList list = unbuffered_access(H5F_LIBVER_V18);
  int running = 0;
  MPI_Initialized(&running);
  if (running != 0) {
    void* const native = communicator.native();
    MPI_Comm const ranks = native != nullptr ? *static_cast<MPI_Comm*>(native) : MPI_COMM_SELF;
    auto const info = info_of(hints);
    check_h5(H5Pset_fapl_mpio(list.get(), ranks, info.get()), "H5Pset_fapl_mpio", ErrorCode::mpi);
    check_h5(H5Pset_all_coll_metadata_ops(list.get(), true), "H5Pset_all_coll_metadata_ops", ErrorCode::internal);
    check_h5(H5Pset_coll_metadata_write(list.get(), true), "H5Pset_coll_metadata_write", ErrorCode::internal);
  }
  return list;
}

PropertyList access_alone() {
  PropertyList list = unbuffered_access(H5F_LIBVER_V110);
  check_h5(H5Pset_file_locking(list.get(), false, true), "H5Pset_file_locking", ErrorCode::internal);
  return list;
}

PropertyList without_times(hid_t list_class) {
  auto list = own<PropertyList>(H5Pcreate(list_class), "cannot make a property list", ErrorCode::internal);
  check_h5(H5Pset_obj_track_times(list.get(), false), "H5Pset_obj_track_times", ErrorCode::internal);
  return list;
}

void check_is_hdf5(std::string const& path) {
  quiet_errors();
  if (!std::filesystem::exists(path)) fail(ErrorCode::input, fmt::format("cannot open {}: no such file", path));
  if (std::filesystem::is_directory(path)) fail(ErrorCode::input, fmt::format("cannot open {}: it is a folder", path));
  htri_t const known = H5Fis_hdf5(path.c_str());
  if (known < 0) fail_h5(ErrorCode::input, fmt::format("cannot open {}", path));
  if (known == 0) fail(ErrorCode::input, fmt::format("cannot open {}: it is not an HDF5 file", path));
}

}  // namespace

namespace {

File create_with(PropertyList const& access, std::string const& path) {
  PropertyList const creation = without_times(H5P_FILE_CREATE);
  return own<File>(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()),
                   fmt::format("cannot write {}", path), ErrorCode::output);
}

}  // namespace

File create_file(mpi::Communicator const& communicator, std::string const& path, mpi::Hints const& hints) {
  quiet_errors();
  return create_with(access_list(communicator, hints), path);
}

File create_file_alone(std::string const& path) {
  quiet_errors();
  return create_with(access_alone(), path);
}

File open_for_writing(mpi::Communicator const& communicator, std::string const& path, mpi::Hints const& hints) {
  check_is_hdf5(path);
  PropertyList const access = access_list(communicator, hints);
  return own<File>(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.get()), fmt::format("cannot open {} for writing", path),
                   ErrorCode::output);
}

File open_for_writing_alone(std::string const& path) {
  check_is_hdf5(path);
  PropertyList const access = access_alone();
  return own<File>(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.get()), fmt::format("cannot open {} for writing", path),
                   ErrorCode::output);
}

File open_read_only(std::string const& path) {
  check_is_hdf5(path);
  auto const access = own<PropertyList>(H5Pcreate(H5P_FILE_ACCESS), "cannot make a property list", ErrorCode::internal);
  // HDF5's own file lock fails on parallel file systems without flock, and would refuse a store that is being written.
  check_h5(H5Pset_file_locking(access.get(), false, true), "H5Pset_file_locking", ErrorCode::internal);
  return own<File>(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), fmt::format("cannot open {}", path));
}

Group create_group(hid_t location, std::string const& path) {
  PropertyList const creation = without_times(H5P_GROUP_CREATE);
  return own<Group>(H5Gcreate2(location, path.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                    fmt::format("cannot make group {}", path), ErrorCode::output);
}

void flush(File const& file, std::string const& path) {
  check_h5(H5Fflush(file.get(), H5F_SCOPE_LOCAL), fmt::format("cannot write {}", path), ErrorCode::output);
}

void close(File file, std::string const& path) {
  check_h5(H5Fclose(file.release()), fmt::format("cannot write {}", path), ErrorCode::output);
}

}  // namespace shoal::hdf5
