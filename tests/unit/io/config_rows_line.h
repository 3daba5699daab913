// SPDX-License-Identifier: Apache-2.0
// What is said of files in tests/fixtures/config that are wrong in how a line is reached: source, address, account,
// secrets.
#pragma once

#include "unit/io/config_row.h"

namespace taara {

// NOLINTBEGIN(bugprone-suspicious-missing-comma): long messages go on in the next line
inline std::vector<ConfigRow> config_rows_of_line() {
  return {
      {"bad-account-incomplete.yml",
       {"3:14: households[0].account.phone: found nothing, but it is needed; allowed: 4 to 15 digits, without the "
        "country code",
        "3:14: households[0].account.partner_id: found nothing, but it is needed; allowed: 1 to 128 printable ASCII "
        "characters without spaces",
        "3:14: households[0].account.hotspot_id: found nothing, but it is needed; allowed: 1 to 128 printable ASCII "
        "characters without spaces",
        "3:14: households[0].account.passcode_file: found nothing, but it is needed; allowed: a path that begins with "
        "/, ./ or ../, at most 1024 bytes",
        "3:29: households[0].account.country_code: found a value that is not shown here; allowed: 1 to 3 digits "
        "without +, such as \"254\""}},
      {"bad-account-is-text.yml",
       {"3:14: households[0].account: found a text; allowed: a map with the login of this household"}},
      {"bad-account-missing.yml",
       {"2:5: households[0].account: found nothing, but it is needed; allowed: a map with the login of this "
        "household"}},
      {"bad-account-of-router.yml",
       {"3:25: households[0].account.username: this key belongs to source router, and this household's source is taara",
        "3:48: households[0].account.password_file: this key belongs to source router, and this household's source is "
        "taara"}},
      {"bad-account-of-taara.yml",
       {"4:22: households[0].account.phone: this key belongs to source taara, and this household's source is router",
        "4:50: households[0].account.passcode_file: this key belongs to source taara, and this household's source is "
        "router"}},
      {"bad-country-code-null.yml",
       {"3:15: households[0].account.country_code: found nothing; allowed: 1 to 3 digits without +, such as \"254\""}},
      {"bad-id-ellipsis.yml",
       {"3:79: households[0].account.partner_id: found a value that is not shown here; allowed: 1 to 128 printable "
        "ASCII characters without spaces"}},
      {"bad-id-long.yml",
       {"3:79: households[0].account.partner_id: found a value that is not shown here; allowed: 1 to 128 printable "
        "ASCII characters without spaces"}},
      {"bad-id-newline.yml",
       {"3:100: households[0].account.hotspot_id: found a value that is not shown here; allowed: 1 to 128 printable "
        "ASCII characters without spaces"}},
      {"bad-phone.yml",
       {"3:22: households[0].account.phone: found a value that is not shown here; allowed: 4 to 15 digits, without the "
        "country code"}},
      {"bad-phone-list.yml",
       {"3:22: households[0].account.phone: found a list; allowed: 4 to 15 digits, without the country code"}},
      {"bad-secret-empty.yml",
       {"3:50: households[0].account.passcode_file: secret file \"@/empty.passcode\" is empty; write the secret into "
        "it"}},
      {"bad-secret-in-file-key.yml",
       {"3:50: households[0].account.passcode_file: found a value that is not shown here; allowed: a path that begins "
        "with /, ./ or ../, at most 1024 bytes"}},
      {"bad-secret-inline.yml",
       {"3:14: households[0].account.passcode_file: found nothing, but it is needed; allowed: a path that begins with "
        "/, ./ or ../, at most 1024 bytes",
        "3:35: households[0].account.passcode: a secret does not belong in this file; put it alone into a file with "
        "mode 0600 and name that file with passcode_file (source taara) or password_file (source router)"}},
      {"bad-ca-file-bare.yml",
       {"4:14: households[0].ca_file: found \"line-ca.pem\"; allowed: a path that begins with /, ./ or ../, at most "
        "1024 "
        "bytes"}},
      {"bad-ca-file-http.yml",
       {"5:14: households[0].ca_file: found it beside a URL with http, where no certificate is shown; allowed: with "
        "https"}},
      {"bad-ca-file-missing.yml",
       {"4:14: households[0].ca_file: \"@/absent.pem\" cannot be found: No such file or directory"}},
      {"bad-ca-file-no-certificate.yml",
       {"4:14: households[0].ca_file: holds no certificate; allowed: PEM, from -----BEGIN CERTIFICATE----- on"}},
      {"bad-ca-file-open.yml",
       {"permission 4:14: households[0].ca_file: can be changed by every user (mode 0666) and says whom to trust; take "
        "that away: chmod o-w FILE"}},
      {"bad-secret-inline-anywhere.yml",
       {"4:7: web.token: a secret does not belong in this file; put it alone into a file with mode 0600 and name that "
        "file with passcode_file (source taara) or password_file (source router)",
        "5:1: mail: unknown key; allowed here: households, log, polling, sealed, store, web",
        "6:13: mail[0].smtp.secret: a secret does not belong in this file; put it alone into a file with mode 0600 and "
        "name that file with passcode_file (source taara) or password_file (source router)"}},
      {"bad-secret-inline-router.yml",
       {"4:15: households[0].account.Password: a secret does not belong in this file; put it alone into a file with "
        "mode 0600 and name that file with passcode_file (source taara) or password_file (source router)"}},
      {"bad-secret-missing.yml",
       {"permission 3:50: households[0].account.passcode_file: secret file \"@/absent.passcode\" cannot be found: No "
        "such file or directory; create it with install -m 0600 /dev/null FILE and write the secret into it"}},
      {"bad-secret-open.yml",
       {"permission 3:50: households[0].account.passcode_file: secret file \"@/open.passcode\" is open to other users "
        "(mode 0644); take that away: chmod 600 FILE"}},
      {"bad-source.yml", {"4:13: households[0].source: found \"tara\"; allowed: taara or router"}},
      {"bad-url-crlf.yml",
       {"4:10: households[0].url: found a space, line break or control character in the URL; allowed: none"}},
      {"bad-url-fragment.yml",
       {"4:10: households[0].url: found a fragment (#) in the URL; allowed: scheme, host, port and path"}},
      {"bad-url-http.yml",
       {"4:10: households[0].url: found http, which would send the passcode readable for everybody on the way; "
        "allowed: https"}},
      {"bad-url-https-idn-port.yml",
       {"4:10: households[0].url: found something else than a port after the colon; allowed: 1 to 65535"}},
      {"bad-url-idn.yml",
       {"4:10: households[0].url: found a character that is not ASCII in the URL; write the host in its xn-- form"}},
      {"bad-url-port-0.yml",
       {"4:10: households[0].url: found something else than a port after the colon; allowed: 1 to 65535"}},
      {"bad-url-port-65536.yml",
       {"4:10: households[0].url: found something else than a port after the colon; allowed: 1 to 65535"}},
      {"bad-url-query.yml",
       {"4:10: households[0].url: found a query (?) in the URL; allowed: scheme, host, port and path"}},
      {"bad-url-router-link-local.yml",
       {"5:10: households[0].url: found http with an address outside the house; allowed over http: a private address "
        "(10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7); use https otherwise"}},
      {"bad-url-router-name.yml",
       {"5:10: households[0].url: found http with a host name, which anybody's answer could lead elsewhere; allowed "
        "over http: the router's private address such as http://192.168.88.1"}},
      {"bad-url-router-public.yml",
       {"5:10: households[0].url: found http with an address outside the house; allowed over http: a private address "
        "(10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7); use https otherwise"}},
      {"bad-url-scheme.yml",
       {"4:10: households[0].url: found a URL that begins with neither https:// nor http://; allowed: these two, in "
        "small letters"}},
      {"bad-url-short-ip.yml",
       {"5:10: households[0].url: found a host that is neither a name nor an IP address; allowed: such as "
        "share.taara.company, 192.168.88.1 or [fd00::1]"}},
      {"bad-url-userinfo.yml",
       {"4:10: households[0].url: found a user or password in the URL; they belong in account, the password in a "
        "file"}},
      {"bad-username-empty.yml",
       {"4:25: households[0].account.username: found an empty text; allowed: 1 to 128 characters on one line"}},
  };
}
// NOLINTEND(bugprone-suspicious-missing-comma)

}  // namespace taara
