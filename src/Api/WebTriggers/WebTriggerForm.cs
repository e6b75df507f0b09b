namespace ForgeOrleans.Api.WebTriggers;

/// <summary>In which of its two forms the platform may call a web trigger's endpoint (contract section 1).</summary>
public enum WebTriggerForm
{
    /// <summary>
    /// Both, told apart by the request. One is an envelope when it is a POST to exactly the endpoint's path, without a query, of
    /// <c>application/json</c>, whose body is an object with the members <c>method</c>, <c>path</c>, and <c>userPath</c> or
    /// <c>queryParameters</c>. A caller of the direct form can send such a body too. That gives it nothing: it chooses the method, the headers, the
    /// query and the body in both forms, neither says who it is, and the answer goes to it alone.
    /// </summary>
    Either,

    /// <summary>Only JSON envelopes: a POST with the caller's request as JSON, answered with the response as JSON. Anything else is 400.</summary>
    Envelope,

    /// <summary>
    /// Only the caller's own method, headers, body and query below the endpoint's path, answered plainly. A body that looks like an envelope is
    /// the caller's own.
    /// </summary>
    Direct,
}
