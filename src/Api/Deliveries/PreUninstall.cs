using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>The call before an uninstall (contract section 1): whatever its handler does or fails to do, the app is gone afterwards.</summary>
internal static class PreUninstall
{
    /// <summary>Runs the handler, and tells the installation that the app is uninstalled.</summary>
    /// <exception cref="ForgeException">A user is in session: only the platform uninstalls.</exception>
    public static async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
        var invocation = context.RequestServices.GetRequiredService<HandlerScope>().Invocation;
        // A frontend can send whatever it likes to whichever path, with a good token.
        if (invocation.Principal is not null)
            throw new ForgeException(ForgeErrorCode.Forbidden, "The call before an uninstall is made by the platform, not on behalf of a user.");
        var handling = HandleAsync(context, handler);
        // One that does not end in its time does not keep the app installed.
        await Task.WhenAny(handling, Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        await NoteAsync(context, invocation.Installation.InstallationId);
        await handling;
    }

    private static async Task HandleAsync(HttpContext context, RequestDelegate handler)
    {
        // Its token is nobody's to see.
        var body = await DeliveredBody.ReadAsync(context.Request, context.RequestAborted);
        context.Request.Body = new MemoryStream(body.Utf8.ToArray(), writable: false);
        context.Request.ContentLength = body.Utf8.Length;
        await handler(context);
    }

    private static async Task NoteAsync(HttpContext context, string installation)
    {
        var services = context.RequestServices;
        await services.GetRequiredService<IActors>().Get<IInstallationActor>(installation)
            .NoteLifecycleAsync(new(LifecycleChange.Uninstalled, services.GetRequiredService<TimeProvider>().GetUtcNow()));
        // Should it be called all the same, that is news.
        services.GetRequiredService<Admissions>().Forget(installation);
    }
}
