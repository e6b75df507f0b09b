using System.Text.Json;

// The fastest that the remote could be if tokens cost nothing: the same server, the same requests, no token looked at.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestHeadersTotalSize = 256 * 1024);

var app = builder.Build();
app.MapGet("/health/ready", () => Results.Ok());
app.MapPost("/echo", (JsonElement body) => body);
app.Run();
