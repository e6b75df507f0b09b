using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Testing;

/// <content>What the platform delivers by itself.</content>
public sealed partial class ForgeSite
{
    /// <summary>Lets something happen in a product: every trigger of the manifest that names the event is told, and the outcome is waited for.</summary>
    /// <param name="eventType">The event, such as <c>avi:jira:created:issue</c>.</param>
    /// <param name="payload">What becomes the event's JSON, beside its <c>eventType</c>; null for nothing.</param>
    /// <param name="options">How it is delivered.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="DeliveryFailedException">The remote refused it in all attempts.</exception>
    /// <exception cref="ForgeTestException">No trigger names the event, the app isn't installed, or it took too long.</exception>
    public Task<IReadOnlyList<Delivery>> SendEventAsync(string eventType, object? payload = null, DeliveryOptions? options = null, CancellationToken ct = default) =>
        DeliverAsync("/events", options, wishes => new
        {
            Site = Id,
            Event = eventType,
            Payload = payload,
            wishes.Count,
            wishes.Duplicate,
            Delay = wishes.Delay.TotalSeconds,
            wishes.Retries,
            Fit = wishes.Token?.OnTheWire(wishes.TokenAttempts),
        }, ct);

    /// <summary>Runs a scheduled trigger now, and waits until the remote has taken it.</summary>
    /// <param name="key">The trigger's key in the manifest.</param>
    /// <param name="options">How it is delivered.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="DeliveryFailedException">The remote refused it in all attempts.</exception>
    /// <exception cref="ForgeTestException">The manifest has no such trigger, the app isn't installed, or it took too long.</exception>
    public Task<IReadOnlyList<Delivery>> RunTriggerAsync(string key, DeliveryOptions? options = null, CancellationToken ct = default) =>
        DeliverAsync("/triggers", options, wishes => new
        {
            Site = Id,
            Trigger = key,
            wishes.Duplicate,
            Delay = wishes.Delay.TotalSeconds,
            wishes.Retries,
            Fit = wishes.Token?.OnTheWire(wishes.TokenAttempts),
        }, ct);

    /// <summary>Calls a web trigger's URL, as anybody on the internet can.</summary>
    /// <param name="key">The web trigger's key in the manifest.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">What the caller has behind the trigger's own URL, path and query: <c>/done?by=jane</c>; empty for nothing.</param>
    /// <param name="body">A string as it is, anything else as JSON; null for none.</param>
    /// <param name="headers">The caller's headers.</param>
    /// <param name="raw">Whether the remote gets the call as it is, in place of the JSON envelope (contract, section 1).</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The manifest has no such web trigger, or the app isn't installed.</exception>
    public async Task<WebTriggerAnswer> CallWebTriggerAsync(
        string key,
        string method = "POST",
        string path = "",
        object? body = null,
        IReadOnlyDictionary<string, string>? headers = null,
        bool raw = false,
        CancellationToken ct = default)
    {
        Platform.RequireRemote();
        if (Platform.Manifest.WebTriggers.All(trigger => trigger.Key != key))
            throw new ForgeTestException(
                $"The manifest has no webtrigger \"{key}\" with an endpoint; its web triggers: {string.Join(", ", Platform.Manifest.WebTriggers.Select(trigger => trigger.Key))}.");
        if (!IsInstalled)
            throw new ForgeTestException($"The app is not installed on site \"{Id}\": call InstallAsync first.");
        using var request = new HttpRequestMessage(new(method), $"/webtriggers/{Uri.EscapeDataString(key)}{(path is "" or ['/' or '?', ..] ? path : $"/{path}")}")
        {
            Content = Content(body),
        };
        request.Headers.TryAddWithoutValidation("x-emulator-site", Id);
        request.Headers.TryAddWithoutValidation("x-emulator-form", raw ? "raw" : "envelope");
        foreach (var (name, value) in headers ?? new Dictionary<string, string>())
        {
            // Those of the body take the place of the usual ones.
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }
        using var response = await Platform.Api.SendAsync(request, $"the answer of web trigger {key} on {Id}", ct);
        return await WebTriggerAnswer.ReadAsync(response, ct);
    }

    private static ByteArrayContent? Content(object? body) => body switch
    {
        null => null,
        string text => new StringContent(text, Encoding.UTF8, MediaTypeNames.Text.Plain),
        byte[] bytes => new ByteArrayContent(bytes),
        _ => new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), PlatformApi.Json)) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json) } },
    };

    private async Task<IReadOnlyList<Delivery>> DeliverAsync(
        string path, DeliveryOptions? options, Func<DeliveryOptions, object> body, CancellationToken ct)
    {
        Platform.RequireRemote();
        options ??= new();
        var begun = await Platform.Api.PostAsync<Begun>(path, body(options), ct);
        return await Platform.Deliveries.ConcludeAsync(begun.Deliveries, options, ct);
    }

    private sealed record Begun(IReadOnlyList<Delivery> Deliveries);
}
