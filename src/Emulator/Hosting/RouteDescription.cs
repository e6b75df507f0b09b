using Microsoft.OpenApi;

namespace ForgeOrleans.Emulator.Hosting;

/// <summary>What the OpenAPI document says of a route.</summary>
internal static class RouteDescription
{
    /// <summary>Says under which heading a route is, and what it does.</summary>
    public static RouteHandlerBuilder Described(this RouteHandlerBuilder route, string tag, string summary) =>
        route.WithTags(tag).WithSummary(summary);

    /// <summary>Says with which statuses a route refuses, and that it then has a message.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params IEnumerable<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<Refusal>(status);
        }

        return route;
    }

    /// <summary>Names parameters that a route reads by itself.</summary>
    public static RouteHandlerBuilder Reads(
        this RouteHandlerBuilder route, ParameterLocation location, params IEnumerable<(string Name, string Description)> parameters) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            foreach (var (name, description) in parameters)
            {
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = name,
                    In = location,
                    Required = location is ParameterLocation.Path,
                    Description = description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }

            return Task.CompletedTask;
        });
}

/// <summary>What the emulator answers when it refuses.</summary>
/// <param name="Message">A sentence: why, and what to do.</param>
internal sealed record Refusal(string Message);
