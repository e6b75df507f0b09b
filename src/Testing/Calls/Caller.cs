
namespace ForgeOrleans.Testing;

/// <summary>Somebody on a site who makes calls of the remote: a user, or nobody in session.</summary>
public abstract class Caller
{
    private protected Caller(ForgeSite site) => Site = site;

    /// <summary>The site.</summary>
    public ForgeSite Site { get; }

    private protected abstract string AccountOnTheWire { get; }

    private protected abstract string Named { get; }

    /// <summary>Calls the remote as a frontend does with <c>invokeRemote</c>: through the platform, which has 25 s and takes JSON only.</summary>
    /// <param name="method">GET, POST, PUT, PATCH or DELETE.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">What becomes the body's JSON, a string as it is; null for none.</param>
    /// <param name="options">What is special about the call.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The call could not be made: the app isn't installed, the module is unknown, no remote is hosted.</exception>
    public Task<InvocationAnswer> InvokeAsync(string method, string path, object? body = null, CallOptions? options = null, CancellationToken ct = default) =>
        CallAsync("invoke", method, path, body, null, options, ct);

    /// <summary>Calls the remote as a frontend does with <c>requestRemote</c>: from the browser, without the platform in between.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">What becomes the body's JSON, a string as it is; null for none.</param>
    /// <param name="options">What is special about the call.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The call could not be made.</exception>
    public Task<InvocationAnswer> RequestAsync(string method, string path, object? body = null, CallOptions? options = null, CancellationToken ct = default) =>
        CallAsync("fetch", method, path, body, null, options, ct);

    /// <summary>Sends a form with files, as a frontend does with <c>requestRemote</c>.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="form">The form.</param>
    /// <param name="options">What is special about the call.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The call could not be made.</exception>
    public Task<InvocationAnswer> UploadAsync(string method, string path, UploadForm form, CallOptions? options = null, CancellationToken ct = default) =>
        CallAsync("fetch", method, path, null, form, options, ct);

    /// <summary>Calls the remote as a Forge function of the app does with <c>invokeRemote</c> of <c>@forge/api</c>, on behalf of this caller.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">What becomes the body's JSON, a string as it is; null for none.</param>
    /// <param name="options">What is special about the call.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The call could not be made: the remote lacks the operation <c>compute</c>, for instance.</exception>
    public Task<InvocationAnswer> CallFromFunctionAsync(
        string method, string path, object? body = null, CallOptions? options = null, CancellationToken ct = default) =>
        CallAsync("function", method, path, body, null, options, ct);

    private async Task<InvocationAnswer> CallAsync(
        string kind, string method, string path, object? body, UploadForm? form, CallOptions? options, CancellationToken ct)
    {
        Site.Platform.RequireRemote();
        options ??= new();
        var report = await Site.Platform.Api.SendAsync<InvocationAnswer.ReportOnTheWire>("POST", "/invocations", new
        {
            Kind = kind,
            Site = Site.Id,
            User = AccountOnTheWire,
            options.Module,
            options.Remote,
            Method = method,
            Path = path,
            options.Headers,
            Body = body,
            Form = form?.Packed(),
            Fit = options.Token?.OnTheWire(),
        }, $"the remote's answer to {method} {path} as {Named} on {Site.Id}", ct);
        return InvocationAnswer.Of(report);
    }
}
