using ForgeOrleans.Api.Tokens;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ForgeOrleans.Api.Health;

/// <summary>Tells whether tokens can be verified. Degraded, not unhealthy: a key server that is down must not take every replica out of service.</summary>
internal sealed class SigningKeysHealth(FitVerifier verifier) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(verifier.Apps.All(app => app.AreKnown)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("The signing keys of an app have not been fetched yet; its invocations are answered 503."));
}
