// SPDX-License-Identifier: MIT
// The toolkit's own cuBLAS and cuSOLVER have every function that Shoal calls. They can be loaded without a GPU.
#include <cstdio>
#include <tuple>

#include "base/error.hpp"
#include "linalg/library_calls_cuda.hpp"

int main() {
  using namespace shoal::linalg;
  try {
    std::apply(
        [](auto const&... calls) { (calls.find(), ...); },
        std::tie(cublas::create, cublas::destroy, cublas::set_stream, cublas::status_string, cublas::property,
                 cublas::dcopy, cublas::ddgmm, cublas::dsyrk, cusolver::create, cusolver::destroy, cusolver::set_stream,
                 cusolver::property, cusolver::dpotrf_size, cusolver::dpotrf, cusolver::dpotrs, cusolver::xtrtri_size,
                 cusolver::xtrtri, cusolver::dsyevd_size, cusolver::dsyevd));
    int major = 0;
    bool const right =
        cusolver::property(MAJOR_VERSION, &major) == CUSOLVER_STATUS_SUCCESS && major == CUSOLVER_VER_MAJOR;
    std::printf("cuSOLVER %d\n", major);
    return right ? 0 : 1;
  } catch (shoal::Error const& error) {
    std::printf("%s\n", error.what());
    return 1;
  }
}
