// SPDX-License-Identifier: Apache-2.0
// The few functions that a forecast needs and that must give the same bits on every machine: made of + - * / and sqrt
// only, which IEEE 754 fixes. (libm's exp and cbrt differ between processors in the last bit.)
#pragma once

namespace taara {

[[nodiscard]] double cube_root(double value);  // of 0 and up
[[nodiscard]] double normal_cdf(double z);     // within 1e-7

}  // namespace taara
