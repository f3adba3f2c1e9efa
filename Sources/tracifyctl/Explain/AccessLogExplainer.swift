//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import HTTPTypes
import Tracify

/// Explains the lines of an access log.
struct AccessLogExplainer: Sendable {
    /// The maximum length of a line, in bytes.
    static let lineLimit = 1 << 20

    let tracker: Tracker
    let scheme: String
    let authority: String
    /// Whether a text is made of each line.
    let printsEach: Bool
    let isJSON: Bool

    /// The explanation of a part of a log.
    struct Result: Sendable {
        var tally = DecisionTally()
        var lineCount = 0
        /// The lines that are malformed, relative to the part.
        var malformed: [Int] = []
        /// The decision of each line, with the line relative to the part.
        var decisions: [(line: Int, text: DecisionText)] = []
    }

    func explain(_ piece: LineReader.Piece) -> Result {
        var result = Result()
        switch piece {
        case .tooLong:
            result.lineCount = 1
            result.malformed = [1]
        case .lines(let bytes):
            forEachLine(of: bytes) { range in
                result.lineCount += 1
                guard !range.isEmpty else { return }
                guard let line = AccessLogLine(bytes[range]), let request = self.request(line) else {
                    return result.malformed.append(result.lineCount)
                }
                let explanation = request.explain(by: self.tracker)
                result.tally.add(explanation)
                if self.printsEach {
                    result.decisions.append((result.lineCount, DecisionText(explanation, method: line.method)))
                }
            }
        }
        return result
    }

    /// Returns the request of a line, with what a browser would have sent.
    func request(_ line: AccessLogLine) -> ExplainedRequest? {
        guard let method = HTTPRequest.Method(line.method) else { return nil }
        let kind = RequestKind(target: line.target)
        var fields = HTTPFields()
        kind.addFields(to: &fields)
        if let agent = line.userAgent { fields[.userAgent] = agent }
        if let referer = line.referer { fields[.referer] = referer }
        var responseFields = HTTPFields()
        // A 304 has no content type: the tracker goes by the path then.
        if line.status != 304 { responseFields[.contentType] = kind.contentType }
        return ExplainedRequest(
            request: HTTPRequest(
                method: method,
                scheme: self.scheme,
                authority: self.authority,
                path: line.target,
                headerFields: fields
            ),
            peer: PeerAddress(text: line.address),
            response: HTTPResponse(status: HTTPResponse.Status(code: line.status), headerFields: responseFields)
        )
    }
}
#endif
