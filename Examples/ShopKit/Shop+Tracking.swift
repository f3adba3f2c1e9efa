import Tracify

extension Shop {
    /// Reports something of the current visit, and waits until it is safe.
    ///
    /// Tracking never breaks the shop: when the queue is full, the tracker shuts down or the request belongs to no visit, the
    /// customer's order stands all the same. The tracker counts what it could not take, so the shop has nothing to add. What a
    /// customer can get wrong was checked when the order was made.
    ///
    /// - Parameters:
    ///   - email: The customer's email, if it is known.
    ///   - report: Calls the observer.
    func track(by email: String?, _ report: (Visit) async throws -> Void) async {
        guard let visit = Visit.current else { return }
        do {
            try await report(email.map(visit.with(email:)) ?? visit)
        } catch {
            // Counted by the tracker; the order stands.
        }
    }
}
