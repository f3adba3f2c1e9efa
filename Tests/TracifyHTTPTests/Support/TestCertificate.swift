//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOCore
import NIOSSL
import TracifyTesting

/// A self-signed server certificate for 127.0.0.1 and localhost, valid from 2020 to 2120.
///
/// The keys were generated for these tests only. They are stored here so that no test depends on a tool.
struct TestCertificate {
    let certificate: String
    let privateKey: String

    /// The certificate that the tests' sinks trust.
    static let known = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBhjCCAS2gAwIBAgIBATAKBggqhkjOPQQDAjAkMSIwIAYDVQQDDBlzd2lmdC10
            cmFjaWZ5IHRlc3QsIGtub3duMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAw
            MDAwWjAkMSIwIAYDVQQDDBlzd2lmdC10cmFjaWZ5IHRlc3QsIGtub3duMFkwEwYH
            KoZIzj0CAQYIKoZIzj0DAQcDQgAEcdj0J45OL4f2s/rflpUlL13n7JLV66quDXR1
            FEVRbwXAfDazfSTgrE540JE2Et+Lve7dkJ07prsSiWrwTKkJJKNOMEwwDwYDVR0T
            AQH/BAUwAwEB/zAdBgNVHQ4EFgQUlGRAPbV5BpM/JU0kRJ2Owmb6S2AwGgYDVR0R
            BBMwEYcEfwAAAYIJbG9jYWxob3N0MAoGCCqGSM49BAMCA0cAMEQCIGQ8RUU2U+Um
            gEAQONthDpbbDRKcz3/ZAp51l3xWFGTPAiBOlPVINcNF2puO7MVJ6EzSOZQopUig
            0LXYYt9SymuTFw==
            -----END CERTIFICATE-----
            """,
        privateKey: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnA8C9LDoKcN8Fnec
            25jHps8WY9yUwt76Fdu6w139XY2hRANCAARx2PQnjk4vh/az+t+WlSUvXefsktXr
            qq4NdHUURVFvBcB8NrN9JOCsTnjQkTYS34u97t2QnTumuxKJavBMqQkk
            -----END PRIVATE KEY-----
            """
    )

    /// A certificate that no client trusts.
    static let unknown = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBjDCCATGgAwIBAgIBATAKBggqhkjOPQQDAjAmMSQwIgYDVQQDDBtzd2lmdC10
            cmFjaWZ5IHRlc3QsIHVua25vd24wIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEw
            MDAwMDBaMCYxJDAiBgNVBAMMG3N3aWZ0LXRyYWNpZnkgdGVzdCwgdW5rbm93bjBZ
            MBMGByqGSM49AgEGCCqGSM49AwEHA0IABLE+B+YkKTuENVG883xvynXA1WnRdrzp
            GErR82tZ1v392D34zb1RNe37Eou+eTVS2ZLBRGS/gSYwBUB6OkzsAE6jTjBMMA8G
            A1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFPFZE55kMW408/7EFEf49KcFLT3dMBoG
            A1UdEQQTMBGHBH8AAAGCCWxvY2FsaG9zdDAKBggqhkjOPQQDAgNJADBGAiEAzM4k
            bq4DMFHUyJJT8Yfzm16edWnCoyqWCL1DRrB91CgCIQCgVJ6g6vKfyXGjpvHkJsE2
            UBy/0+ZiP7scnzshQPsTJQ==
            -----END CERTIFICATE-----
            """,
        privateKey: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+kAtV1ctWbQnG/Gv
            UTpgWGG+baTM+hSrPLshmrJiN7ihRANCAASxPgfmJCk7hDVRvPN8b8p1wNVp0Xa8
            6RhK0fNrWdb9/dg9+M29UTXt+xKLvnk1UtmSwURkv4EmMAVAejpM7ABO
            -----END PRIVATE KEY-----
            """
    )

    /// Returns the TLS context of a server that presents this certificate.
    func context(_ change: (inout TLSConfiguration) -> Void = { _ in }) throws -> NIOSSLContext {
        var server = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try self.parsed)],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(self.privateKey.utf8), format: .pem))
        )
        change(&server)
        return try NIOSSLContext(configuration: server)
    }

    /// Starts a collector that presents this certificate.
    func startCollector(port: Int) async throws -> Collector {
        let context = try self.context()
        var configuration = Collector.Configuration()
        configuration.port = port
        return try await Collector.start(configuration: configuration, scheme: "https") { channel in
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }
    }

    private var parsed: NIOSSLCertificate {
        get throws { try NIOSSLCertificate(bytes: Array(self.certificate.utf8), format: .pem) }
    }
}
#endif
