using 'main.bicep'

param name = 'taskboard'
param forgeAppId = 'ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107'
param registryName = 'taskboardregistry'
param siloImage = 'taskboard-silo:0.1.0'
param webImage = 'taskboard-web:0.1.0'
// From the environment of who deploys, never from a file.
param databasePassword = readEnvironmentVariable('DATABASE_PASSWORD')
