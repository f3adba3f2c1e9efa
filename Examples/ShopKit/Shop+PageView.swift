//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

extension Shop {
    /// Reports the page view that a page's script has seen and the server has not, for `POST /page-view`.
    ///
    /// The input is `url` and `referrer`, as the browser has them, as a form; see ``PageViewScript``. A page of another site is not
    /// reported: the tracker skips it.
    ///
    /// - Parameter request: The request.
    /// - Returns: Status 204, or 422 if a URL is malformed.
    public func pageViewed(_ request: ShopRequest) -> ShopResponse {
        guard BodyFormat(contentType: request.contentType) == .form else { return self.unsupportedMediaType(request) }
        do {
            let form = try FormBody(request.body)
            let visit = try Visit.current?.on(form["url"] ?? "", referrer: form["referrer"])
            self.cart.pageViewed(by: visit)
            return ShopResponse(status: 204)
        } catch {
            return self.refusal(error, .form, request)
        }
    }
}
