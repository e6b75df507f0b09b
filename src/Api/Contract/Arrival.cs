using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Contract;

/// <summary>When a request arrived, as a feature of it: what verification and waiting took is part of the time that the platform gives.</summary>
internal sealed record Arrival(long Timestamp)
{
    public static TimeSpan Elapsed(HttpContext context, TimeProvider clock) =>
        context.Features.Get<Arrival>() is { } arrival ? clock.GetElapsedTime(arrival.Timestamp) : TimeSpan.Zero;
}
