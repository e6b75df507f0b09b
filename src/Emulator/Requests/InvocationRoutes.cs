using ForgeOrleans.Emulator.Hosting;

namespace ForgeOrleans.Emulator.Requests;

/// <summary><c>POST /invocations</c>: a call of a remote, composed by hand.</summary>
internal static class InvocationRoutes
{
    public static void MapInvocations(this IEndpointRouteBuilder routes) => routes.MapPost(
            "/invocations",
            async (Invocation? wanted, Invocations invocations, CancellationToken ct) =>
                Results.Json(await invocations.RunAsync(wanted ?? new Invocation(), ct)))
        .Described("Calling the remote", "Calls a remote as a frontend or a function would")
        .Produces<InvocationReport>()
        .Refuses(400, 404, 409, 422);
}
