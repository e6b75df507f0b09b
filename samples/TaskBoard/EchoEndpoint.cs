using System.Text.Json;
using ForgeOrleans.Invocations;

namespace TaskBoard;

public static class EchoEndpoint
{
    /// <summary>Answers what it was sent and by whom: a first call to try, and a measure of what a call costs.</summary>
    public static void MapEcho(this WebApplication app) =>
        app.MapForgeInvocation("POST", "/echo", (JsonElement body, ForgeInvocation invocation) =>
            new EchoAnswer(body, invocation.Installation.InstallationId, invocation.Principal));
}

public sealed record EchoAnswer(JsonElement Received, string Installation, string? Principal);
