// SPDX-License-Identifier: MIT
#include "patch/archive/signature.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "patch/archive/key_home.hpp"
#include "patch/archive/public_keys.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <memory>

#include <gpgme.h>
#include <unistd.h>

namespace upkeep::patch::archive {

namespace {

void check(gpgme_error_t error, const std::string& what) {
  if (gpgme_err_code(error) == GPG_ERR_NO_ERROR) return;
  const auto code = gpgme_err_code(error);
  const bool missing = code == GPG_ERR_INV_ENGINE || code == GPG_ERR_UNSUPPORTED_PROTOCOL;
  throw Error(missing ? ExitStatus::unavailable : ExitStatus::no_input,
              fmt::format("{}: {}", what, lower(gpgme_strerror(error))),
              missing ? "is gpg(1) installed?" : "");
}

class Data {
 public:
  explicit Data(const SignatureFile& file) {
    check(gpgme_data_new_from_stream(&m_data, open(file)), file.called);
  }
  /// @param bytes must outlive it
  static Data of(std::string_view bytes) { return Data(bytes.data(), bytes.size()); }
  /// @param file not owned; its position changes
  explicit Data(const Fd& file) {
    ::lseek(file.get(), 0, SEEK_SET);
    check(gpgme_data_new_from_fd(&m_data, file.get()), "the archive");
  }
  ~Data() {
    gpgme_data_release(m_data);
    if (m_stream != nullptr) (void)std::fclose(m_stream);  // only read
  }
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;
  [[nodiscard]] gpgme_data_t get() const noexcept { return m_data; }

 private:
  Data(const char* bytes, std::size_t size) {
    check(gpgme_data_new_from_mem(&m_data, bytes, size, 0), "the keys");
  }
  FILE* open(const SignatureFile& file) {
    m_stream = std::fopen(file.path.c_str(), "rbe");
    if (m_stream == nullptr) {
      throw Error(ExitStatus::no_input, fmt::format("{}: it cannot be read", file.called));
    }
    return m_stream;
  }
  FILE* m_stream = nullptr;
  gpgme_data_t m_data = nullptr;
};

using Context = std::unique_ptr<gpgme_context, decltype(&gpgme_release)>;

Context open_context(const std::string& home) {
  gpgme_check_version(nullptr);
  check(gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP), "GnuPG");
  gpgme_ctx_t raw = nullptr;
  check(gpgme_new(&raw), "GnuPG");
  Context context(raw, gpgme_release);
  check(gpgme_ctx_set_engine_info(raw, GPGME_PROTOCOL_OpenPGP, nullptr, home.c_str()), home);
  gpgme_set_offline(raw, 1);
  return context;
}

std::string read_keys(const std::string& path) {
  constexpr std::uintmax_t k_longest = 64U << 20U;
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error) &&
      std::filesystem::file_size(path, error) > k_longest) {
    throw DataError(fmt::format("{}: it is too large for a file of keys", path));
  }
  return read_file(path);
}

std::string fault_of(const _gpgme_signature& one) {
  const std::string key = one.fpr != nullptr ? one.fpr : "?";
  switch (gpgme_err_code(one.status)) {
    case GPG_ERR_BAD_SIGNATURE:
      return fmt::format("the signature of {} does not match the archive", key);
    case GPG_ERR_NO_PUBKEY:
      return fmt::format("the key {} is not in the keyring", key);
    case GPG_ERR_KEY_EXPIRED:
      return fmt::format("the key {} has expired", key);
    case GPG_ERR_CERT_REVOKED:
      return fmt::format("the key {} was revoked", key);
    case GPG_ERR_SIG_EXPIRED:
      return fmt::format("the signature of {} has expired", key);
    default:
      return lower(gpgme_strerror(one.status));
  }
}

}  // namespace

std::optional<std::string> signature_fault(const Fd& file, const SignatureFile& signature,
                                           const std::string& keyring) {
  std::optional<KeyHome> own;
  const bool is_directory = std::filesystem::is_directory(keyring);
  if (!is_directory) own.emplace();
  const Context context = open_context(is_directory ? keyring : own->path());
  if (!is_directory) {
    const std::string bytes = public_keys(read_keys(keyring));
    const Data keys = Data::of(bytes);
    check(gpgme_op_import(context.get(), keys.get()), keyring);
    const auto* result = gpgme_op_import_result(context.get());
    if (result == nullptr || result->considered == 0) {
      throw DataError(fmt::format("{}: contains no keys", keyring));
    }
  }
  const Data signed_text(file), detached(signature);
  const gpgme_error_t error =
      gpgme_op_verify(context.get(), detached.get(), signed_text.get(), nullptr);
  if (gpgme_err_code(error) == GPG_ERR_NO_DATA) return "it contains no signature";
  check(error, signature.called);
  const auto* result = gpgme_op_verify_result(context.get());
  if (result == nullptr || result->signatures == nullptr) return "it contains no signature";
  // One good signature is sufficient: a patch may be signed with several keys.
  for (gpgme_signature_t one = result->signatures; one != nullptr; one = one->next) {
    if (gpgme_err_code(one->status) == GPG_ERR_NO_ERROR) return std::nullopt;
  }
  return fault_of(*result->signatures);
}

}  // namespace upkeep::patch::archive
